import Foundation
import Orchestration
import ResultStore
import TestSupport
import Testing

@testable import Reporting

@Suite("A fleet on a page") struct FleetPageTests {
    private static let evil =
        "\"'><script>alert(1)</script><img src=x onerror=alert(1)></style></svg>\u{1B}[2J\u{202E}"

    @Test("the verdict comes first: how many pass, and who stands out and why")
    func verdict() {
        let page = SampleFleet.page(
            SampleFleet.nodes(12) + SampleFleet.nodes(7, hardware: "hdd", prefix: "h")
        )
        #expect(page.contains("<h1>19 nodes: 17 pass, 2 fail; 2 are worse than their like.</h1>"))
        #expect(page.contains("the worst 5"))
        #expect(page.contains("device flush"))
        #expect(page.contains("2 nodes beyond etcd’s 10 ms"))
        #expect(page.contains("2 kinds of hardware"))
        #expect(page.contains("All nodes, worst first"))
        #expect(page.contains("href=\"data:text/csv"))
        #expect(SamplePage.drawings(page).count == 2 + 19)
        for drawing in SamplePage.drawings(page) { #expect(SamplePage.isWellFormed(drawing)) }
    }

    @Test("so many pictures and no more, and the page says how many; every node is in the table")
    func limits() {
        let page = SampleFleet.page(SampleFleet.nodes(300))
        #expect(SamplePage.drawings(page).count == 2 + FleetPage.mostPictures)
        #expect(page.contains("The worst \(FleetPage.mostPictures) of 300 nodes"))
        #expect(page.contains("The other 250 nodes"))
        for node in ["n0", "n150", "n299"] { #expect(page.contains("<td>\(node)</td>")) }
    }

    @Test("a thousand nodes with the longest names, each with hardware of its own, fit 5 MiB")
    func size() {
        var runs = SampleFleet.nodes(1000)
        let long = String(repeating: "x", count: 248)
        for index in runs.indices {
            runs[index].node = "\(long)-\(index)"
            runs[index].hardware = "\(index)-\(long)"
            runs[index].source = "Results/\(long)/\(index).json"
        }
        #expect(SampleFleet.page(runs).utf8.count < 5 << 20)
    }

    @Test("markup in names, hardware, causes and problems is text", .requiresHTML5)
    func hostile() throws {
        var runs = SampleFleet.nodes(9)
        for index in runs.indices.dropFirst(4) {
            runs[index].node = "\(index)\(Self.evil)"
            runs[index].hardware = Self.evil
            runs[index].cause = Self.evil
            runs[index].disturbances = [Self.evil]
            runs[index].source = "\(index)\(Self.evil)"
            runs[index].benchmark = Self.evil
        }
        runs.append(SampleFleet.run(nil, 2e6))
        runs[9].benchmark = Self.evil
        runs[9].source = Self.evil
        let page = SampleFleet.page(runs, problems: [Self.evil])
        for page in try SamplePage.check([page]) {
            #expect(page.errors == [])
            #expect(page.elements["img"] == nil)
            #expect(page.elements["script"] == 2)
            #expect(page.handlers == [])
            #expect(page.addresses == [])
            #expect(page.repeatedIDs == [])
        }
        #expect(!page.contains("<script>alert"))
        #expect(!page.unicodeScalars.contains { $0 != "\n" && $0.value < 0x20 })
        #expect(page.contains("its record names no node"))
    }

    @Test("one node, equal nodes and impossible numbers still make a page", arguments: 0...4)
    func unusual(_ kind: Int) {
        var runs = SampleFleet.nodes(10)
        switch kind {
        case 0: runs = [runs[0]]
        case 1: for index in runs.indices { runs[index].metrics["wal_fsync_p99_ns"]?.value = 2e6 }
        case 2: runs = Array(repeating: runs[0], count: 10)
        case 3:
            runs[0].metrics["wal_fsync_p99_ns"] = Metric(value: 1e308, ci95: [.nan, .infinity])
            runs[1].metrics["wal_fsync_p99_ns"] = Metric(value: .leastNonzeroMagnitude)
        default: for index in runs.indices { runs[index].targetKind = "block device" }
        }
        let page = SampleFleet.page(runs)
        for drawing in SamplePage.drawings(page) {
            #expect(SamplePage.isWellFormed(drawing))
            #expect(!drawing.contains("nan") && !drawing.contains("inf\""))
        }
        switch kind {
        case 0, 2:
            #expect(page.contains("<h1>1 node: 1 pass; too few to tell which one differs.</h1>"))
        case 1: #expect(page.contains("none is worse than its like"))
        case 3: #expect(page.contains("worse than"))
        default: #expect(!page.contains("etcd’s limit"))
        }
    }

    @Test("JSON has every node with its rank and reason, CSV its plain numbers")
    func documents() throws {
        let fleet = Fleet(SampleFleet.nodes(12) + [SampleFleet.run(nil, 1)])
        let text = try FleetDocument(fleet, problems: ["x"]).json(isPretty: true)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        #expect(json["schema"] as? String == "tbench.fleet")
        let cases = try #require(json["cases"] as? [[String: Any]])
        let rows = try #require(cases.first?["ranking"] as? [[String: Any]])
        #expect(rows.count == 12)
        #expect(rows.first?["node"] as? String == "n11")
        #expect(rows.first?["standing"] as? String == "worse")
        #expect((cases.first?["unranked"] as? [Any])?.count == 1)
        let lines = FleetCSV.render(fleet).split(separator: "\r\n")
        #expect(lines.count == 13)
        #expect(lines[1].contains(",1,n11,30000000,"))
    }
}
