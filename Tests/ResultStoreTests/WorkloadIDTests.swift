import ResultStore
import Testing

@Suite struct WorkloadIDTests {
    @Test("the identity is the SHA-256 of the counted keys and values")
    func digest() {
        // printf '7:profile5:small4:rate3:150' | sha256sum
        let id = WorkloadID.of(spec: ["rate": "150", "profile": "small"])
        #expect(id == "sha256:90a73e58a27c94a0ee0f92decd1aa4dd579218c8540f2c4280274d28d55ed9d6")
    }

    @Test("every key and every value counts")
    func differs() {
        let specs: [[String: String]] = [
            [:], ["a": "b"], ["a": "c"], ["b": "a"], ["ab": ""], ["": "ab"], ["a": "", "b": ""],
            ["a": "1:b0:"],
        ]
        #expect(Set(specs.map(WorkloadID.of)).count == specs.count)
    }
}
