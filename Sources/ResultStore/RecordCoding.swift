package import Foundation

/// Records to JSON and back.
///
/// Keys are the property names in snake_case, sorted. What is unknown is absent, never null.
package enum RecordCoding {
    /// More than any record: reading stops here instead of filling the memory.
    package static let maximumBytes = 64 << 20

    /// The record as UTF-8 JSON with a final newline: sorted keys, one round to a line.
    ///
    /// The same record gives the same bytes. A capacity that JSON readers could not hold exactly
    /// (some network filesystems report 2^63 bytes) is left out and listed as unknown.
    /// - Throws: `ResultStoreError` for NaN, infinity, or any other integer of 2^53 or more.
    package static func encode(_ record: ResultRecord) throws(ResultStoreError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let compact: Data
        do {
            compact = try encoder.encode(record.withoutImplausibleCapacities())
        } catch let EncodingError.invalidValue(value, context) {
            throw .notRepresentable("\(value) at \(path(context.codingPath))")
        } catch {
            throw .notRepresentable(String(describing: error))
        }
        return Data(try RecordLayout.lines(Array(compact)))
    }

    /// Reads a record; unknown keys are ignored.
    ///
    /// - Parameter data: any bytes at all.
    /// - Returns: a record whose histograms are sound.
    /// - Throws: `ResultStoreError` for what is not JSON, another schema, a higher `v`, a missing
    ///   or mistyped value, and a histogram that contradicts itself.
    package static func decode(_ data: Data) throws(ResultStoreError) -> ResultRecord {
        guard data.count <= maximumBytes else {
            throw .notARecord("it is larger than \(maximumBytes >> 20) MiB")
        }
        let header: Header = try decode(data) { _ in .notARecord("it is not a JSON object") }
        guard let schema = header.schema else { throw .notARecord("it has no \"schema\"") }
        guard schema == ResultRecord.schemaName else {
            throw .notARecord("its schema is \"\(schema.prefix(64))\"")
        }
        guard let version = header.v, version >= 1 else { throw .malformed("it has no \"v\"") }
        let current = try RecordMigration.standard.upgraded(data, from: version)
        let record: ResultRecord = try decode(current) { .malformed(detail(of: $0)) }
        try record.checkHistograms()
        return record
    }

    /// The two values that say whether the rest can be read.
    private struct Header: Decodable {
        var schema: String?
        var v: Int?
    }

    private static func decode<Value: Decodable>(
        _ data: Data,
        failure: (any Error) -> ResultStoreError
    ) throws(ResultStoreError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Value.self, from: data)
        } catch {
            throw failure(error)
        }
    }

    /// What is wrong and where, without Foundation's prose.
    private static func detail(of error: any Error) -> String {
        switch error {
        case let DecodingError.keyNotFound(key, context):
            "\(path(context.codingPath + [key])) is missing"
        case let DecodingError.valueNotFound(_, context):
            "\(path(context.codingPath)) is null"
        case let DecodingError.typeMismatch(_, context):
            "\(path(context.codingPath)) has the wrong type"
        case let DecodingError.dataCorrupted(context):
            "\(path(context.codingPath)) cannot be read"
        default:
            "it cannot be read"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the record" }
        var text = ""
        for key in keys {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text
    }
}

extension ResultRecord {
    /// The record without capacities of 2^53 bytes and more, which are listed as unknown instead.
    fileprivate func withoutImplausibleCapacities() -> ResultRecord {
        var copy = self
        var dropped: [String] = []
        func check(_ value: inout UInt64?, _ name: String) {
            guard let bytes = value, bytes > RecordLayout.largestExactInteger else { return }
            value = nil
            dropped.append("\(name): reported as \(bytes) bytes, which cannot be right")
        }
        if var filesystem = copy.target.filesystem {
            check(&filesystem.sizeBytes, "filesystem size")
            check(&filesystem.freeBytes, "free space")
            copy.target.filesystem = filesystem
        }
        for index in copy.target.stack.indices {
            let name = copy.target.stack[index].name
            check(&copy.target.stack[index].sizeBytes, "size of \(name)")
            check(&copy.target.stack[index].discardMaxBytes, "discard limit of \(name)")
        }
        copy.target.unknown += dropped
        return copy
    }

    /// Refuses histograms that contradict themselves, so that no later sum can overflow.
    fileprivate func checkHistograms() throws(ResultStoreError) {
        for phase in phases {
            var samples: UInt64 = 0
            var nanoseconds: UInt64 = 0
            for (index, round) in phase.rounds.enumerated() {
                for (operation, histogram) in round.latency {
                    let place = "phase '\(phase.name)', round \(index), '\(operation)'"
                    guard let count = histogram.checkedCount else {
                        throw .malformed("\(place) is not a histogram")
                    }
                    // All terms are below 2^53, so the sums cannot wrap before the check.
                    samples += count
                    nanoseconds += histogram.sumNs
                    guard samples <= RecordLayout.largestExactInteger,
                        nanoseconds <= RecordLayout.largestExactInteger
                    else {
                        throw .malformed("\(place) holds more samples than a run can make")
                    }
                }
            }
        }
    }
}
