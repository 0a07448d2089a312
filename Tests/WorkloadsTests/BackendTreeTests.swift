import Testing

@testable import Workloads

@Suite("Backend pages") struct BackendTreeTests {
    // Element sizes and where bbolt 1.3 cuts them: never four or fewer keys, 90 % of 4096, two keys at least each.
    @Test(
        "a node splits where bbolt splits it",
        arguments: [
            ([1348, 1348, 1348, 1348], [4]),
            ([1348, 1348, 1348, 1348, 1348], [2, 3]),
            ([Int](repeating: 1348, count: 9), [2, 2, 2, 3]),
            ([Int](repeating: 33, count: 100), [100]),
            ([Int](repeating: 33, count: 130), [111, 19]),
            ([9000, 9000, 9000, 9000, 9000], [2, 3]),
        ]
    )
    func split(elements: [Int], pieces: [Int]) {
        #expect(BackendTree.split(elements).map(\.count) == pieces)
    }

    // Traced from etcd 3.4.23 under check perf: 12.26 pages at 15.4 puts, 60.2 at 110 puts a commit.
    @Test(
        "pages per commit are those of a real etcd within 3 %",
        arguments: [(15, 16, 12.26 * 15.5 / 15.4), (110, 110, 60.2)]
    )
    func pagesPerCommit(fewer: Int, more: Int, pages: Double) {
        var tree = BackendTree()
        let stored = BackendTree.storedBytes(keyBytes: 276, valueBytes: 1024)
        var written = 0
        let commits = 400
        for commit in 0..<(commits + 100) {
            let puts = commit.isMultiple(of: 2) ? fewer : more
            for _ in 0..<puts { tree.put(storedBytes: stored) }
            let runs = tree.commit()
            if commit >= 100 { written += runs.reduce(0) { $0 + $1.count } }
        }
        let mean = Double(written) / Double(commits)
        #expect(abs(mean / pages - 1) < 0.03, "\(mean) pages per commit")
    }

    @Test(
        "every page of every commit is the one a real etcd wrote",
        arguments: [EtcdPageTrace.small, EtcdPageTrace.medium]
    )
    func tracedPages(trace: String) {
        var tree = BackendTree()
        let stored = BackendTree.storedBytes(keyBytes: 276, valueBytes: 1024)
        for (number, commit) in EtcdPageTrace.commits(trace).enumerated() {
            for _ in 0..<commit.puts { tree.put(storedBytes: stored) }
            let runs = tree.commit()
            #expect(runs == commit.runs, "commit \(number)")
        }
    }

    @Test("a commit without puts rewrites the root page alone")
    func emptyCommit() {
        var tree = BackendTree()
        #expect(tree.commit().map(\.count) == [1])
    }

    @Test("runs ascend without overlap and never touch a page that the last commit wrote")
    func copyOnWrite() {
        var tree = BackendTree()
        var random = PayloadSource(kind: .random, seed: 5)
        var live: [Set<Int>] = []
        for _ in 0..<3000 {
            for _ in 0..<Int(random.next() % 40) {
                let size = random.next().isMultiple(of: 50) ? 50_000 : Int(random.next() % 3000)
                tree.put(storedBytes: size)
            }
            let runs = tree.commit()
            var pages: Set<Int> = []
            var end = 2
            for run in runs {
                #expect(run.first >= end)
                end = run.first + run.count
                pages.formUnion(run.first..<end)
            }
            // The previous commit must survive a crash in the middle of this one.
            for earlier in live.suffix(1) { #expect(earlier.isDisjoint(with: pages)) }
            live.append(pages)
        }
    }

    @Test("a steady database writes into its free pages and does not grow")
    func steady() {
        let free = (0..<2000).map { PageRun(first: 100 + $0 * 10, count: 4) }
        var tree = BackendTree(allocator: PageAllocator(highWater: 25_000, free: free))
        let before = tree.highWaterBytes
        for _ in 0..<50 {
            for _ in 0..<15 { tree.put(storedBytes: 1315) }
            _ = tree.commit()
        }
        #expect(tree.highWaterBytes == before)
    }
}

@Suite("Page allocator") struct PageAllocatorTests {
    @Test("takes the lowest run that fits, else grows")
    func lowestFit() {
        var allocator = PageAllocator(
            highWater: 100,
            free: [PageRun(first: 50, count: 3), PageRun(first: 10, count: 1)]
        )
        #expect(allocator.allocate(2) == PageRun(first: 50, count: 2))
        #expect(allocator.allocate(1) == PageRun(first: 10, count: 1))
        #expect(allocator.allocate(2) == PageRun(first: 100, count: 2))
        #expect(allocator.highWater == 102)
        #expect(allocator.freePages == 1)
    }

    @Test("what a commit frees can be had by the next one, merged with its neighbours")
    func reuseLag() {
        var allocator = PageAllocator(highWater: 20, free: [PageRun(first: 5, count: 1)])
        allocator.freeAfterCommit(PageRun(first: 6, count: 2))
        #expect(allocator.allocate(3).first == 20)
        allocator.beginTransaction()
        #expect(allocator.allocate(3) == PageRun(first: 5, count: 3))
    }
}
