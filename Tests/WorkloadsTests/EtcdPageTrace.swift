import Workloads

/// Pages that a real etcd wrote, commit by commit, from its first put on.
///
/// A line is a commit: its puts, then the numbers of the pages in the order of the file; "5-8" is four writes of a page
/// each, "5+2" one write of two. The meta page, which every commit ends with, is left out.
/// - Source: etcd 3.4.23 under `etcdctl check perf`, its pwrite(2) calls by tracepoint; the puts are those of the log's
///   writes between two commits, give or take the ones in flight.
enum EtcdPageTrace {
    /// 150 puts a second.
    static let small = """
        6: 4 5+2 7-8
        16: 2-3 9-14 15+2 17-18
        15: 5-8 19-25
        15: 15-18 26-28 29+2 31-32
        16: 23-25 33-37 38+2 40-41
        15: 29-32 42-48
        15: 38-41 49-51 52+2 54-55
        15: 46-48 56-63
        15: 52-55 64-66 67+2 69-70
        15: 61-63 71-78
        16: 67-70 79-85
        15: 76-78 86-89 90+2 92-93
        15: 83-85 94-101
        15: 90-93 102-104 105+2 107-108
        16: 99-101 109-113 114+2 116-117
        15: 105-108 118-124
        15: 114-117 125-127 128+2 130-133
        15: 122-124 134-142
        16: 128-129 131-133 143-149
        15: 139-142 150-152 153+2 155-157
        15: 146-149 158-165
        15: 153-157 166-167 168+2 170-172
        16: 162-165 173-176 177+2 179-181
        15: 168-172 182-188
        16: 177-181 189-195
        15: 185-188 196-198 199+2 201-203
        15: 192-195 204-211
        15: 199-203 212-213 214+2 216-218
        15: 208-211 219-226
        16: 214-218 227-233
        15: 223-226 234-236 237+2 239-241
        15: 230-233 242-250
        15: 237-241 251-252 253+2 255-257
        16: 246 248-250 258-261 262+2 264-266
        15: 253-257 267-273
        15: 262-266 274-275 276+2 278-280
        15: 270-273 281-288
        16: 276-280 289-295
        15: 285-288 296-298 299+2 301-303
        15: 292-295 304-311
        """

    /// 1000 puts a second.
    static let medium = """
        87: 4-48
        99: 2-3 49-95 96+2 98-99
        101: 46-48 100-152
        102: 96-99 153-203
        99: 148 150-152 204-248 249+2 251-254
        100: 200-203 255-300 301+2 303-305
        """

    /// A trace's commits: puts and page runs.
    static func commits(_ text: String) -> [(puts: Int, runs: [PageRun])] {
        text.split(separator: "\n").map { line in
            let halves = line.split(separator: ":")
            return (Int(halves[0]) ?? 0, halves[1].split(separator: " ").flatMap(runs))
        }
    }

    private static func runs(_ item: Substring) -> [PageRun] {
        if let plus = item.firstIndex(of: "+") {
            let first = Int(item[..<plus]) ?? 0
            return [PageRun(first: first, count: Int(item[item.index(after: plus)...]) ?? 0)]
        }
        let ends = item.split(separator: "-").map { Int($0) ?? 0 }
        return (ends[0]...ends[ends.count - 1]).map { PageRun(first: $0, count: 1) }
    }
}
