/// Which pages a backend commit writes: bbolt's B+tree as etcd's ever growing revision keys shape it.
///
/// etcd's keys are revisions, so every put lands in the rightmost leaf. Only the right edge of the tree
/// ever changes, and that edge is all that is kept: sizes of its elements, level by level. Splitting,
/// overflow, copy-on-write and allocation order are bbolt's; so pages per commit are etcd's, exactly.
/// - Source: bbolt node.go (split, splitTwo, splitIndex, spill), bucket.go; etcd sets FillPercent 0.9 for its
///   sequential puts (server/storage/backend/batch_tx.go, unsafePut).
package struct BackendTree: Sendable {
    package static let pageBytes = 4096
    private static let headerBytes = 16
    private static let elementBytes = 16
    private static let minimumKeysPerPage = 2
    /// A revision: 8 bytes main, "_", 8 bytes sub.
    private static let keyBytes = 17
    private static let splitThreshold = Int(Double(pageBytes) * 0.9)

    /// The rightmost node of each level, leaf first.
    private var edge: [Node]
    /// The page of the root bucket, rewritten by every commit: it holds the `key` bucket's root page
    /// number and the small buckets (consistent index, members, …) inline.
    private var rootBucket: PageRun
    private var allocator: PageAllocator
    /// Puts since the last commit.
    package private(set) var pendingPuts = 0

    private struct Node: Sendable {
        var elements: [Int]
        var page: PageRun?

        var bytes: Int { elements.reduce(BackendTree.headerBytes, +) }
    }

    /// Pages that `bbolt.Open` writes at once: two meta pages, the freelist, an empty root leaf.
    package static let initialPages = 4
    /// The page of each commit before a member's first put, in order: it creates etcd's buckets, stores the member and
    /// the cluster's version, and rewrites the root bucket's page alone each time.
    ///
    /// - Source: a trace of etcd 3.4.23's first start.
    package static let startUpPages = [4, 2, 3, 2, 3, 2]

    /// A database as a new member has it when its first put arrives, `startUpPages` written.
    package init() {
        // The last of those commits freed page 3, but a reader still holds it (clients have asked for the cluster's
        // members by then): it becomes free with page 2.
        self.init(
            allocator: PageAllocator(highWater: 5, free: [PageRun(first: 4, count: 1)]),
            rootBucket: PageRun(first: 2, count: 2)
        )
    }

    /// A database whose pages `allocator` knows, with the root bucket's page behind the first three.
    package init(allocator: PageAllocator) {
        self.init(allocator: allocator, rootBucket: PageRun(first: 3, count: 1))
    }

    private init(allocator: PageAllocator, rootBucket: PageRun) {
        self.allocator = allocator
        self.rootBucket = rootBucket
        edge = [Node(elements: [], page: nil)]
    }

    /// The size of the database file the pages need, in bytes.
    package var highWaterBytes: UInt64 { UInt64(allocator.highWater * Self.pageBytes) }

    /// The bytes of an mvccpb.KeyValue for these sizes: what etcd stores for a put.
    package static func storedBytes(keyBytes: Int, valueBytes: Int) -> Int {
        let revisions = 2 * (1 + 3) + 2
        return 1 + ByteCursor.varintLength(UInt64(keyBytes)) + keyBytes + revisions
            + 1 + ByteCursor.varintLength(UInt64(valueBytes)) + valueBytes
    }

    /// Adds a put whose stored value has `storedBytes` bytes.
    package mutating func put(storedBytes: Int) {
        edge[0].elements.append(Self.elementBytes + Self.keyBytes + storedBytes)
        pendingPuts += 1
    }

    /// Ends the transaction: the page runs to write, in ascending page order, without the meta page.
    ///
    /// A commit without puts rewrites the root bucket's page alone.
    package mutating func commit() -> [PageRun] {
        allocator.beginTransaction()
        var written: [PageRun] = []
        if pendingPuts > 0 { spillEdge(&written) }
        allocator.freeAfterCommit(rootBucket)
        rootBucket = allocator.allocate(1)
        written.append(rootBucket)
        pendingPuts = 0
        written.sort { $0.first < $1.first }
        return written
    }

    private mutating func spillEdge(_ written: inout [PageRun]) {
        var level = 0
        while level < edge.count {
            if let old = edge[level].page { allocator.freeAfterCommit(old) }
            let pieces = Self.split(edge[level].elements)
            for (index, piece) in pieces.enumerated() {
                let bytes = piece.reduce(Self.headerBytes, +)
                let run = allocator.allocate((bytes + Self.pageBytes - 1) / Self.pageBytes)
                written.append(run)
                if index == pieces.count - 1 {
                    edge[level] = Node(elements: piece, page: run)
                }
            }
            if pieces.count > 1 { insertIntoParent(of: level, newNodes: pieces.count - 1) }
            level += 1
        }
    }

    /// Adds the new right siblings to the parent; a root that splits gets a parent that holds both.
    private mutating func insertIntoParent(of level: Int, newNodes: Int) {
        let branch = Self.elementBytes + Self.keyBytes
        if level + 1 == edge.count {
            edge.append(Node(elements: [branch], page: nil))
        }
        for _ in 0..<newNodes { edge[level + 1].elements.append(branch) }
    }

    /// Cuts a node's elements as bbolt does: at 90 % of a page, at least two keys a page, never four or fewer keys.
    static func split(_ elements: [Int]) -> [[Int]] {
        var pieces: [[Int]] = []
        var rest = elements[...]
        while rest.count > minimumKeysPerPage * 2,
            rest.reduce(headerBytes, +) >= pageBytes
        {
            var bytes = headerBytes
            var count = 0
            // The last round of bbolt's loop leaves the index of the element it looked at, so a
            // node never gives away its last two keys.
            for index in 0..<(rest.count - minimumKeysPerPage) {
                count = index
                let element = rest[rest.startIndex + index]
                if index >= minimumKeysPerPage, bytes + element > splitThreshold { break }
                bytes += element
            }
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        pieces.append(Array(rest))
        return pieces
    }
}
