import ArgumentTable
import Reporting

extension Console {
    /// How text for people looks on stdout: colours as the terminal, the environment and `--no-color` have it.
    func textStyle(_ command: ParsedCommand) -> TextStyle {
        TextStyle(
            color: color(isTerminal: standardOutputIsTerminal)
                && command.string("color") != "false",
            unicode: unicode,
            width: width
        )
    }
}
