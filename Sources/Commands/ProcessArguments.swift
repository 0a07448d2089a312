import CLinuxShims

/// The words of the command line, also where `/proc` is not mounted.
package enum ProcessArguments {
    /// All but the program's own name; bytes that are no UTF-8 are replaced.
    package static var all: [String] {
        (1..<max(1, tbench_argument_count())).compactMap { index in
            tbench_argument(index).map { String(cString: $0) }
        }
    }
}
