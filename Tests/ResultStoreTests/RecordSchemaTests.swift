import Foundation
import ResultStore
import Testing

@Suite struct RecordSchemaTests {
    @Test("a full record matches the schema, which describes every key in it")
    func fullRecord() throws {
        let validator = try SchemaValidator(json: RecordSchema.json)
        let data = try RecordCoding.encode(FullRecord.make())
        #expect(try validator.problems(in: data, closed: true) == [])
    }

    @Test("a record without anything optional matches too")
    func sparseRecord() throws {
        var record = FullRecord.make()
        record.noise = nil
        record.conditions = nil
        record.verdict = nil
        record.phases = []
        record.metrics = [:]
        record.warnings = []
        record.target = .init(path: "/dev/sdb", kind: "block device", stack: [.init(name: "sdb")])
        record.host = .init()
        record.run.outcomeReason = nil
        record.benchmark.engineFallbackReason = nil
        let validator = try SchemaValidator(json: RecordSchema.json)
        #expect(try validator.problems(in: RecordCoding.encode(record), closed: true) == [])
    }

    @Test(
        "the schema notices what is wrong",
        arguments: [
            ("\"v\": 1", "\"v\": 2"),
            ("\"grade\": \"pass\"", "\"grade\": \"great\""),
            ("\"grade\": \"pass\"", "\"mark\": \"pass\""),
            ("\"fua\": false", "\"fua\": 0"),
            ("\"cpu_count\": 4", "\"cpu_count\": 4.5"),
            ("\"cpu_count\": 4", "\"cpu_count\": -4"),
            ("\"node\": \"talos-cp1\"", "\"node\": null"),
            ("[1770000,1920000]", "[1770000]"),
        ]
    )
    func wrong(_ good: String, _ bad: String) throws {
        let json = String(decoding: try RecordCoding.encode(FullRecord.make()), as: UTF8.self)
        #expect(json.contains(good), "the record no longer has \(good)")
        let damaged = json.replacingOccurrences(of: good, with: bad)
        let validator = try SchemaValidator(json: RecordSchema.json)
        #expect(try !validator.problems(in: Data(damaged.utf8), closed: false).isEmpty)
    }

    @Test("a key from the future is allowed")
    func futureKey() throws {
        let json = String(decoding: try RecordCoding.encode(FullRecord.make()), as: UTF8.self)
            .replacingOccurrences(of: "\"v\": 1", with: "\"v\": 1, \"new\": {}")
        let validator = try SchemaValidator(json: RecordSchema.json)
        #expect(try validator.problems(in: Data(json.utf8), closed: false) == [])
        #expect(try validator.problems(in: Data(json.utf8), closed: true).count == 1)
    }
}
