import Foundation
import FoundationXML
import Modeling
import ResultStore
import TestSupport
import Testing

@testable import Reporting

/// Pages of sample records, and what stands in them.
enum SamplePage {
    /// The page of records, with few resamples: a test has no time for two thousand.
    static func of(_ records: [ResultRecord], problems: [String] = []) -> String {
        HTMLReport.render(
            records.enumerated().map {
                SourceRecord(file: "r\($0.offset).json", record: $0.element)
            },
            problems: problems,
            generator: "tbench 0.1.0",
            resamples: 100
        )
    }

    /// A sample with six rounds at most, which draws the same pictures in a fifth of the time.
    static func short(_ sample: SampleRecord) -> ResultRecord {
        var record = sample.make()
        for index in record.phases.indices {
            record.phases[index].rounds = Array(record.phases[index].rounds.prefix(6))
        }
        return record
    }

    /// The drawings of a page.
    static func drawings(_ page: String) -> [Substring] {
        page.ranges(of: "<svg ").compactMap { start in
            page[start.lowerBound...].range(of: "</svg>").map {
                page[start.lowerBound..<$0.upperBound]
            }
        }
    }

    /// Whether an XML parser that is not ours takes it.
    static func isWellFormed(_ text: Substring) -> Bool {
        let parser = XMLParser(data: Data(text.utf8))
        return parser.parse()
    }

    /// A Python with html5lib, the HTML standard's algorithm by somebody else.
    static let python: String? = {
        let candidates = [Capability.testPython, "python3"].compactMap(\.self)
        return candidates.first {
            (try? Shell.run([$0, "-c", "import html5lib"]).succeeded) ?? false
        }
    }()

    /// What html5lib finds wrong with pages, and how many elements of each kind it sees.
    static func check(_ pages: [String]) throws -> [Checked] {
        let directory = try TemporaryDirectory()
        let files = try pages.enumerated().map {
            try directory.write("\($0.offset).html", $0.element)
        }
        let python = try #require(python, "needs Python with html5lib (scripts/setup --all)")
        let output = try Shell.require([python, "-c", script] + files)
        return try JSONDecoder().decode([Checked].self, from: Data(output.utf8))
    }

    struct Checked: Decodable {
        var errors: [String]
        /// By the element's name.
        var elements: [String: Int]
        /// Names of attributes that begin with "on".
        var handlers: [String]
        /// Values of src, href and the like, without those of data: and #.
        var addresses: [String]
        var repeatedIDs: [String]
    }

    private static let script = """
        import collections, html5lib, json, sys
        result = []
        for name in sys.argv[1:]:
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            tree = parser.parse(open(name, 'rb').read(), transport_encoding='utf-8')
            elements, handlers, addresses, ids = collections.Counter(), [], [], collections.Counter()
            for element in tree.iter():
                if not isinstance(element.tag, str):
                    continue
                elements[element.tag.split('}')[-1]] += 1
                for key, value in element.attrib.items():
                    key = key.split('}')[-1]
                    if key == 'id':
                        ids[value] += 1
                    if key.startswith('on'):
                        handlers.append(key)
                    if key in ('src', 'href', 'action', 'data', 'srcset') and not value.startswith(('data:text/csv', '#')):
                        addresses.append(value)
            result.append({
                'errors': [str(e[1]) for e in parser.errors], 'elements': dict(elements), 'handlers': handlers,
                'addresses': addresses, 'repeatedIDs': [i for i, n in ids.items() if n > 1],
            })
        print(json.dumps(result))
        """
}

extension Trait where Self == ConditionTrait {
    /// The test reads pages with PyPI's `html5lib`.
    static var requiresHTML5: Self {
        .enabled("needs Python with html5lib (scripts/setup --all)") {
            Capability.demanded || SamplePage.python != nil
        }
    }
}
