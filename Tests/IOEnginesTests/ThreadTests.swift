import Glibc
import Synchronization
import Testing
import Units

@testable import IOEngines

@Suite struct ThreadTests {
    @Test("the clock goes forward and a sleep lasts at least as long as asked")
    func sleeps() {
        let start = MonotonicClock.now()
        MonotonicClock.sleep(nanoseconds: 3_000_000)
        let woken = MonotonicClock.now()
        #expect(woken - start >= 3_000_000)
        MonotonicClock.sleep(until: start)
        #expect(MonotonicClock.now() - woken < 1_000_000_000)
    }

    @Test("a worker runs once under its name, with its signals blocked")
    func runs() throws {
        let seen = Mutex<(name: String, blocked: Bool, runs: Int)>(("", false, 0))
        let worker = try WorkerThread(name: "tbench-worker-long-name") {
            let status = text(of: "/proc/thread-self/comm")
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            seen.withLock { $0 = (status, sigismember(&mask, SIGINT) == 1, $0.runs + 1) }
        }
        worker.join()
        worker.join()
        let result = seen.withLock { $0 }
        #expect(result.name == "tbench-worker-l\n")
        #expect(result.blocked)
        #expect(result.runs == 1)
    }

    @Test("a pinned worker runs on its CPU only")
    func pins() throws {
        let allowed = Mutex("")
        try WorkerThread(name: "pinned", cpu: 0) {
            let status = text(of: "/proc/thread-self/status")
            allowed.withLock { $0 = status }
        }.join()
        #expect(allowed.withLock { $0 }.contains("Cpus_allowed_list:\t0\n"))
    }

    @Test("a CPU that does not exist is a usage error", arguments: [-1, 1023, 100_000, .max])
    func refusesCPU(cpu: Int) throws {
        let error = #expect(throws: EngineError.self) { try WorkerThread(name: "x", cpu: cpu) {} }
        #expect(error?.exitCode == .usage)
        #expect(error?.reason.contains("CPU \(cpu)") == true)
    }

    @Test("a worker without an owner is waited for")
    func joinsWhenDropped() throws {
        let done = Mutex(false)
        _ = try WorkerThread(name: "dropped") {
            MonotonicClock.sleep(nanoseconds: 20_000_000)
            done.withLock { $0 = true }
        }
        #expect(done.withLock { $0 })
    }

    @Test("a waiting thread is woken by a signal, and by its deadline without one")
    func signals() throws {
        let signal = Signal()
        let state = Mutex(0)
        let worker = try WorkerThread(name: "waiter") {
            signal.lock()
            while state.withLock({ $0 }) == 0 { signal.wait() }
            state.withLock { $0 = 2 }
            signal.signalAll()
            signal.unlock()
        }
        signal.lock()
        state.withLock { $0 = 1 }
        signal.signalOne()
        let deadline = MonotonicClock.now() + 5_000_000_000
        while state.withLock({ $0 }) == 1, signal.wait(until: deadline) {}
        signal.unlock()
        worker.join()
        #expect(state.withLock { $0 } == 2)

        signal.lock()
        let soon = MonotonicClock.now() + 2_000_000
        while signal.wait(until: soon) {}
        signal.unlock()
        #expect(MonotonicClock.now() >= soon)
    }

    @Test("memory is aligned, zeroed and writable to its end", arguments: [1, 512, 4096, 1 << 20])
    func allocates(byteCount: Int) throws {
        let buffer = try AlignedBuffer(byteCount: byteCount)
        #expect(UInt(bitPattern: buffer.pointer) % 4096 == 0)
        #expect(buffer.bytes.allSatisfy { $0 == 0 })
        buffer.mutableBytes[byteCount - 1] = 1
        #expect(buffer.bytes.last == 1)
    }

    @Test("memory that cannot be had is an error", arguments: [0, -1, Int.max])
    func refusesMemory(byteCount: Int) {
        #expect(throws: EngineError.self) { _ = try AlignedBuffer(byteCount: byteCount) }
    }
}

private func text(of path: String) -> String {
    guard let file = try? FileDescriptor.open(path, [.readOnly]),
        let buffer = try? AlignedBuffer(byteCount: 8192),
        let count = try? file.read(into: buffer.mutableBytes)
    else { return "" }
    return String(decoding: buffer.bytes.prefix(count), as: UTF8.self)
}
