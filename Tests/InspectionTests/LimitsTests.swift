import Foundation
import Testing

@testable import Inspection

@Suite("Sizes and thresholds") struct LimitsTests {
    @Test("every profile that comes with tbench can be read", arguments: Limits.names)
    func embedded(name: String) throws {
        let limits = try #require(Limits(named: name))
        #expect(limits.controlPlane.memoryMinimumBytes == 2 << 30)
        #expect(limits.worker.coresMinimum <= limits.worker.coresWanted)
    }

    @Test("what is embedded is what stands in Profiles/doctor")
    func upToDate() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Profiles/doctor")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(files == EmbeddedLimits.texts.map { "\($0.name).yaml" })
        for (name, text) in EmbeddedLimits.texts {
            let file = directory.appendingPathComponent("\(name).yaml")
            #expect(try String(contentsOf: file, encoding: .utf8) == text)
        }
    }

    @Test("production asks for more than homelab")
    func order() throws {
        let production = try #require(Limits(named: "production"))
        let homelab = try #require(Limits(named: "homelab"))
        #expect(production.networkMbps > homelab.networkMbps)
        #expect(production.replicas > homelab.replicas)
        #expect(Limits(named: "none") == nil)
    }

    @Test("the V2 engine adds its core, and of two roles the larger size counts")
    func roles() throws {
        let limits = try #require(Limits(named: "production"))
        #expect(limits.sizes(for: [.workerV2])?.coresWanted == limits.worker.coresWanted + 1)
        #expect(limits.sizes(for: [.controlPlane, .workerV1])?.coresMinimum == 2)
        #expect(limits.sizes(for: []) == nil)
    }
}
