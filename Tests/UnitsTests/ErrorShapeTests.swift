import Testing
import Units

@Suite("The shape of errors")
struct ErrorShapeTests {
    @Test(
        "an error number has its name",
        arguments: [
            (1, "EPERM"), (5, "EIO"), (16, "EBUSY"), (28, "ENOSPC"), (30, "EROFS"), (35, "EDEADLK"),
            (36, "ENAMETOOLONG"), (61, "ENODATA"), (95, "EOPNOTSUPP"), (110, "ETIMEDOUT"),
            (117, "EUCLEAN"), (122, "EDQUOT"), (133, "EHWPOISON"), (0, "errno 0"), (41, "errno 41"),
            (200, "errno 200"), (-5, "errno -5"),
        ] as [(Int32, String)]
    )
    func errnoName(number: Int32, name: String) {
        #expect(ErrnoName.of(number) == name)
    }

    @Test(
        "an exit code is the number scripts rely on",
        arguments: [
            (.success, 0), (.failure, 1), (.breach, 2), (.inconclusive, 3), (.usage, 64),
            (.missing, 66), (.unavailable, 69), (.refused, 77), (.signal(2), 130),
            (.signal(15), 143),
        ] as [(ExitCode, Int32)]
    )
    func exitCode(code: ExitCode, number: Int32) {
        #expect(code.rawValue == number)
    }

    @Test("a signal that cannot be still gives an exit code", arguments: [Int32.min, 128, .max])
    func impossibleSignal(number: Int32) {
        #expect((0...255).contains(ExitCode.signal(number).rawValue))
    }

    @Test("an error reads as reason, cause and hint in one line")
    func description() {
        let error = SampleError(
            cause: SystemCallFailure(call: "openat", errno: 28),
            hint: "free some space"
        )
        #expect(
            error.description == "cannot create it (openat: ENOSPC). Hint: free some space."
        )
        #expect(SampleError(cause: nil, hint: nil).description == "cannot create it.")
    }
}

private struct SampleError: DescribedError {
    let operation = "create"
    let subject = "/tmp/x"
    let reason = "cannot create it"
    let cause: SystemCallFailure?
    let hint: String?
    let exitCode = ExitCode.failure
}
