/// What the process exits with; an interface that scripts and Kubernetes Jobs rely on.
///
/// - Source: sysexits.h for 64, 66, 69 and 77; 128 + signal is the shell's convention.
package enum ExitCode: Sendable, Equatable {
    /// Ran to the end and the answer is good, improved, unchanged or merely inconclusive.
    case success
    /// The run failed: an I/O error, a full disk, an internal error.
    case failure
    /// The run is complete and a limit is broken or a regression confirmed.
    case breach
    /// Inconclusive or not comparable, under `--strict` only.
    case inconclusive
    /// The command line is wrong (EX_USAGE).
    case usage
    /// A device, file or baseline is missing (EX_NOINPUT).
    case missing
    /// A feature that was demanded is not available here (EX_UNAVAILABLE).
    case unavailable
    /// Refused, for safety or for lack of permission (EX_NOPERM).
    case refused
    /// Ended by this signal.
    case signal(Int32)

    /// The number handed to exit(3), from 0 to 255.
    package var rawValue: Int32 {
        switch self {
        case .success: 0
        case .failure: 1
        case .breach: 2
        case .inconclusive: 3
        case .usage: 64
        case .missing: 66
        case .unavailable: 69
        case .refused: 77
        case .signal(let number): 128 + max(0, min(number, 127))
        }
    }
}
