import Testing

@testable import Inspection

@Suite("Configurations that others published") struct PrecisionTests {
    @Test("there are at least 30, of all three kinds")
    func count() {
        let all = PublishedConfigurations.all
        #expect(all.count >= 30)
        #expect(all.contains { !$0.given.machines.isEmpty })
        #expect(all.contains { !$0.given.talos.isEmpty })
        #expect(all.contains { $0.given.longhorn != nil })
    }

    @Test(
        "have the errors that we read in them, and no others",
        arguments: PublishedConfigurations.all
    )
    func errors(_ item: Published) throws {
        let diagnosis = try item.given.diagnosis()
        let errors = diagnosis.findings.filter { $0.severity == .error }
        #expect(Set(errors.map(\.rule.id)) == item.errors)
    }

    @Test("at least 95 % of the mistakes in them are found")
    func mistakes() throws {
        var planted = 0
        var missed: [String] = []
        for item in PublishedConfigurations.all {
            let found = Set(try item.given.diagnosis().findings.map(\.rule.id))
            let known = item.errors.union(item.others)
            planted += known.count
            missed += known.filter { !found.contains($0) }.map { "\(item.source): \($0)" }
        }
        #expect(planted >= 60)
        #expect(missed == [])
    }
}
