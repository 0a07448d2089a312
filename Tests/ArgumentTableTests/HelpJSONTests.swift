import ArgumentTable
import Foundation
import Testing

@Suite struct HelpJSONTests {
    private struct Dump: Decodable {
        struct Name: Decodable, Equatable {
            var kind: String
            var name: String
        }
        struct Argument: Decodable {
            var kind: String
            var shouldDisplay: Bool
            var isOptional: Bool
            var isRepeating: Bool
            var names: [Name]?
            var valueName: String?
            var defaultValue: String?
            var allValues: [String]?
            var range: String?
            var environment: String?
            var sectionTitle: String?
            var abstract: String
        }
        struct Command: Decodable {
            var commandName: String
            var abstract: String
            var discussion: String?
            var shouldDisplay: Bool
            var arguments: [Argument]
            var subcommands: [Command]?
        }
        var serializationVersion: Int
        var version: String
        var command: Command
    }

    private func dump(_ table: CommandTable = SampleTable.table) throws -> Dump {
        try JSONDecoder().decode(Dump.self, from: Data(HelpJSON.render(table).utf8))
    }

    @Test("the dump has every command, hidden ones marked")
    func commands() throws {
        let dump = try dump()
        #expect(dump.serializationVersion == 0)
        let all = try #require(dump.command.subcommands)
        #expect(
            all.map(\.commandName)
                == ["etcd", "info", "schema", "list", "compare", "probe", "help"]
        )
        #expect(all.filter { !$0.shouldDisplay }.map(\.commandName) == ["probe"])
    }

    @Test("an option carries its names, values, default, limits and heading")
    func options() throws {
        let etcd = try #require(try dump().command.subcommands?.first)
        func option(_ long: String) throws -> Dump.Argument {
            try #require(
                etcd.arguments.first { argument in
                    argument.names?.contains { $0.name == long } ?? false
                }
            )
        }
        let format = try option("output-format")
        #expect(format.allValues == ["text", "json", "markdown"])
        #expect(format.defaultValue == "text")
        #expect(format.sectionTitle == "OUTPUT OPTIONS")
        let directory = try option("output-dir")
        #expect(directory.names?.map(\.kind) == ["short", "long"])
        #expect(directory.valueName == "dir")
        #expect(try option("max-time").range == "from 1s to 24h")
        #expect(try option("no-preallocate").kind == "flag")
        #expect(try option("tag").isRepeating)
        #expect(try !option("skew").shouldDisplay)
        #expect(try option("no-color").environment == "NO_COLOR")
        #expect(etcd.arguments.first?.kind == "positional")
    }

    @Test("any text survives")
    func escaping() throws {
        var table = SampleTable.table
        let text = "quote \" backslash \\ newline \n tab \t bell \u{7} é 👍 \u{2028} end."
        table.overview = text
        #expect(try dump(table).command.abstract == text)
    }
}
