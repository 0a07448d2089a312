import Modeling
import Testing

@Suite struct ProvenanceTests {
    @Test("a record names where a term comes from in these words")
    func names() {
        #expect(Provenance.allCases.map(\.rawValue) == ["measured", "derived", "assumed"])
    }
}
