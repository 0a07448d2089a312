import Reporting
import Testing
import Units

@Suite struct ErrorTextTests {
    private struct Sample: DescribedError {
        var operation = "open"
        var subject = "/dev/sdb"
        var reason = "cannot open /dev/sdb: it is in use"
        var cause: SystemCallFailure? = SystemCallFailure(call: "openat", errno: 16)
        var hint: String? = "use a file on it instead: tbench etcd /mnt/data"
        var exitCode = ExitCode.refused
    }

    @Test("an error is one line, and its hint another")
    func both() {
        let style = TextStyle(color: false, unicode: true, width: 40)
        #expect(
            ErrorText.render(Sample(), style: style) == """
                Error: cannot open /dev/sdb: it is in use (openat: EBUSY).
                Hint: use a file on it instead: tbench etcd /mnt/data.

                """
        )
    }

    @Test("without cause and hint there is just the reason, and no control character")
    func bare() {
        let style = TextStyle(color: false, unicode: false, width: 40)
        let error = Sample(reason: "no \u{1B}[31m", cause: nil, hint: nil)
        #expect(ErrorText.render(error, style: style) == "Error: no ?[31m.\n")
    }
}
