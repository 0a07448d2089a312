import Glibc
import Units

/// Runs a system call again while it returns −1 with EINTR.
///
/// - Returns: the call's result, or its errno.
@inline(__always)
func retryingInterrupts<Result: FixedWidthInteger & SignedInteger>(
    _ call: () -> Result
) -> Swift.Result<Result, Errno> {
    while true {
        let result = call()
        if result >= 0 { return .success(result) }
        let code = errno
        if code != EINTR { return .failure(Errno(code: code)) }
    }
}

/// An error number on its way into an `EngineError`.
struct Errno: Error, Equatable {
    let code: Int32

    /// The error number the last failed call of this thread left behind.
    static var last: Errno { Errno(code: errno) }
}
