import IOEngines

/// What the Go runtime makes of a process: a bound on what computes at once, and two threads more.
final class GoRuntime: @unchecked Sendable {
    private let processors = GoProcessors()
    private let workingSet: WorkingSet
    private let monitor: RuntimeMonitor
    private let spare: SpareProcessor

    /// Makes one for a process that uses `touchedBytes` of its memory for a put.
    init(touchedBytes: Int, control: RunControl) {
        workingSet = WorkingSet(byteCount: touchedBytes)
        monitor = RuntimeMonitor(control: control)
        spare = SpareProcessor(
            processors: processors,
            work: RequestWork(on: processors, in: workingSet),
            control: control
        )
    }

    /// Starts both; `process` ends their names.
    func start(process: String) throws(EngineError) {
        try monitor.start(name: "mon-\(process)")
        try spare.start(name: "idle-\(process)")
    }

    func join() {
        monitor.join()
        spare.join()
    }

    /// Work of this process, for one thread.
    func work() -> RequestWork { RequestWork(on: processors, in: workingSet) }

    /// Says that a goroutine has become ready.
    func wake() { spare.wake() }

    /// Says that a put or a commit is in progress in this process.
    func begin() { monitor.begin() }

    /// Says that a put or a commit is over in this process.
    func end() { monitor.end() }
}
