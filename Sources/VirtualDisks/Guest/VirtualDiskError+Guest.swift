import ResultStore
import Units

/// What is said about guests.
extension VirtualDiskError {
    static func refused(_ combination: DiskCombination, _ reason: String) -> VirtualDiskError {
        VirtualDiskError(operation: "combine", subject: combination.name, reason: reason)
    }

    static var noKVM: VirtualDiskError {
        VirtualDiskError(
            operation: "start a guest",
            subject: "/dev/kvm",
            reason: "/dev/kvm is missing or not ours to use",
            hint:
                "be root or in the group kvm, or emulate with --accel tcg, which is not representative",
            exitCode: .refused
        )
    }

    static func guestEnded(_ words: String, began: Bool) -> VirtualDiskError {
        VirtualDiskError(
            operation: "run a guest",
            subject: "guest",
            reason:
                "the guest ended \(began ? "in the middle of its turns" : "before it said anything"); its last words: \(words)",
            hint: "another kernel may do: --kernel"
        )
    }

    static func guestSilent(_ words: String, _ accelerator: String) -> VirtualDiskError {
        VirtualDiskError(
            operation: "run a guest",
            subject: "guest",
            reason: "the guest (\(accelerator)) hangs and was ended; its last words: \(words)",
            hint: "--accel tcg works wherever QEMU does, and is slow"
        )
    }
}
