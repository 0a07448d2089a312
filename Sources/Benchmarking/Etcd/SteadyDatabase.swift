import Workloads

/// The page map of a database that has lived a while: a quarter of its pages free, in short runs everywhere.
///
/// What compaction leaves behind: commits then overwrite old blocks instead of growing the file.
enum SteadyDatabase {
    static func allocator(bytes: UInt64, seed: UInt64) -> PageAllocator {
        let pages = Int(bytes) / BackendTree.pageBytes
        var random = PayloadSource(kind: .random, seed: seed &+ 3)
        var free: [PageRun] = []
        var page = 8
        while page + 8 < pages {
            let length = 1 + Int(random.next() % 4)
            free.append(PageRun(first: page, count: length))
            page += length + 1 + Int(random.next() % 13)
        }
        return PageAllocator(highWater: pages, free: free)
    }
}
