import ArgumentTable
import Foundation
import Glibc
import Units
import VirtualDisks

/// The whole of tbench: arguments in, exit code out.
package enum Tool {
    /// Parses the arguments, runs what they ask for and ends the process.
    ///
    /// - Parameter arguments: as the process got them, without its own name.
    package static func main(_ arguments: [String]) -> Never {
        if GuestInit.isWanted(arguments) { GuestInit.main() }
        SignalWatch.block()
        exit(run(arguments, console: Console()).rawValue)
    }

    /// Runs one command and says how it ended; prints results to stdout, everything else to stderr.
    static func run(_ arguments: [String], console: Console) -> ExitCode {
        do {
            let parser = ArgumentParser(table: TbenchTable.table)
            let outcome = try parser.parse(
                arguments,
                terminalWidth: console.width,
                environment: console.environment
            )
            guard case .run(let command) = outcome else {
                return console.output(outcome.text ?? "") ? .success : .failure
            }
            return try run(command, arguments, console)
        } catch let error as UsageError {
            console.message(error.rendering)
            return error.exitCode
        } catch let error as any DescribedError {
            console.message("Error: \(error.description)\n")
            return error.exitCode
        } catch {
            console.message("Error: \(error)\n")
            return .failure
        }
    }

    /// One command, and what the cluster is told about it.
    private static func run(
        _ command: ParsedCommand,
        _ arguments: [String],
        _ console: Console
    ) throws -> ExitCode {
        let pod = PodReport(command, console: console)
        pod.begin(arguments)
        do {
            let code =
                try StartTime.wait(command, console: console)
                ?? choose(command, arguments, console)
            pod.end(code)
            return code
        } catch let error as any DescribedError {
            pod.summarize(error.description, error.exitCode)
            pod.end(error.exitCode, note: error.description)
            throw error
        }
    }

    private static func choose(
        _ command: ParsedCommand,
        _ arguments: [String],
        _ console: Console
    ) throws -> ExitCode {
        switch command.command {
        case "etcd":
            return try EtcdCommand(command, arguments: arguments, console: console).run()
        case "run":
            return try RunCommand(command, arguments: arguments, console: console).run()
        case "longhorn":
            return try LonghornCommand(command, arguments: arguments, console: console).run()
        case "net":
            return try NetCommand(command, arguments: arguments, console: console).run()
        case "serve":
            return try ServeCommand(command, console: console).run()
        case "model":
            return try ModelCommand(command, console: console).run()
        case "report":
            return try ReportCommand(command, console: console).run()
        case "matrix":
            return try MatrixCommand(command, arguments: arguments, console: console).run()
        case "rate":
            return try RateCommand(command, console: console).run()
        case "manifest":
            return try ManifestCommand(command, arguments: arguments, console: console).run()
        case "collect":
            return try CollectCommand(command, console: console).run()
        case "doctor":
            return try DoctorCommand(command, console: console).run()
        case "info":
            return try InfoCommand(command, console: console).run()
        case "compare": return try CompareCommand(command, console: console).run()
        case "check": return try CheckCommand(command, console: console).run()
        case "accept": return try AcceptCommand(command, console: console).run()
        case "history": return try HistoryCommand(command, console: console).run()
        case "results": return try ResultsCommand(command, console: console).run()
        case "schema":
            return SchemaCommand.run(console: console)
        default:
            return try ListCommand.run(command, console: console)
        }
    }
}
