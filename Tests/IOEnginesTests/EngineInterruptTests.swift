import Glibc
import Synchronization
import Testing

@testable import IOEngines

// One at a time: the handler belongs to the process.
@Suite(.serialized) struct EngineInterruptTests {
    // libaio has no test here: its pipe read happens inside io_submit, which restarts by itself.
    @Test("a signal does not end a wait", arguments: [EngineKind.sync, .ioUring])
    func goesOnAfterSignals(kind: EngineKind) throws {
        guard EngineKind.testable.contains(kind) else { return }
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        interrupts.store(0, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in interrupts.add(1, ordering: .relaxed) }
        var before = sigaction()
        try #require(sigaction(SIGUSR1, &action, &before) == 0)
        defer { sigaction(SIGUSR1, &before, nil) }

        let thread = Mutex<pthread_t?>(nil)
        let results = Mutex<[Int32]>([])
        let worker = try WorkerThread(name: "interrupted") {
            var only = sigset_t()
            sigemptyset(&only)
            sigaddset(&only, SIGUSR1)
            pthread_sigmask(SIG_UNBLOCK, &only, nil)
            thread.withLock { $0 = pthread_self() }
            guard let engine = try? kind.make(capacity: 1),
                let buffer = try? AlignedBuffer(byteCount: 4096)
            else { return }
            let request = IORequest(
                operation: .read,
                fileDescriptor: readEnd,
                buffer: buffer.pointer,
                byteCount: 4,
                offset: IORequest.currentPosition
            )
            _ = engine.queue(request)
            let seen = (try? engine.reap(1).map(\.result)) ?? [.min]
            results.withLock { $0 = seen }
        }
        var target: pthread_t?
        while target == nil {
            MonotonicClock.sleep(nanoseconds: 1_000_000)
            target = thread.withLock { $0 }
        }
        // Several, so that some fall into the wait and not before it.
        for _ in 0..<20 {
            if let target { pthread_kill(target, SIGUSR1) }
            MonotonicClock.sleep(nanoseconds: 5_000_000)
        }
        #expect(interrupts.load(ordering: .relaxed) > 1)
        #expect(results.withLock { $0 }.isEmpty)
        #expect(write(writeEnd, "data", 4) == 4)
        worker.join()
        #expect(results.withLock { $0 } == [4])
    }
}

private let interrupts = Atomic<Int>(0)
