import Benchmarking
import TargetSafety

/// Giving back what a run held, with the first error as the one that is reported.
enum Cleanup {
    static func error(_ scratch: consuming ScratchDirectory) -> SafetyError? {
        do throws(SafetyError) {
            try scratch.remove()
            return nil
        } catch {
            return error
        }
    }

    static func error(_ file: consuming ScratchFile) -> SafetyError? {
        do throws(SafetyError) {
            try file.remove()
            return nil
        } catch {
            return error
        }
    }

    static func error(_ claim: consuming DeviceClaim) -> SafetyError? {
        do throws(SafetyError) {
            try claim.release()
            return nil
        } catch {
            return error
        }
    }

    static func error(_ mount: consuming PrivateMount) -> SafetyError? {
        do throws(SafetyError) {
            try mount.unmount().release()
            return nil
        } catch {
            return error
        }
    }

    /// Throws the clean-up's error, unless the run itself failed: a vanished disk cannot be cleaned.
    static func keepFirst(_ cleanup: SafetyError?, _ run: BenchmarkError?) throws(SafetyError) {
        if let cleanup, run == nil { throw cleanup }
    }
}
