import ArgumentTable

extension HelpTopics {
    static let replicas = HelpTopic(
        name: "replicas",
        summary: "What 'tbench longhorn' does to a disk, case by case.",
        text: """
            V1, on a directory or file: a sparse head file, opened O_DIRECT, and blocking calls from \
            as many threads as there are requests in flight (16 at most for one volume). A replica \
            never syncs, so its writes are in the disk's cache when they are acknowledged.

            overwrite-N: 4 KiB random writes over blocks that exist; the L_io of the latency model. \
            first-touch-N: the first write to a block, which allocates; no block is touched twice. \
            durable-1: a write and an fdatasync, which Longhorn does not do; the difference is what \
            durability would cost. punching-1: overwrites while holes of 1 to 64 MiB are punched \
            elsewhere in the file, as fstrim in a volume has it. revision-N: with the revision \
            counter, one 4 KiB overwrite of a second file for each write, by one thread. seq-write \
            and seq-read: one behind the other over all threads. fiemap-1: FS_IOC_FIEMAP for blocks \
            that were written in random order, which a replica asks once a cold sector and snapshot \
            layer. rebuild-4: 2 MiB read here and written to a new file, four at a time, with and \
            without SHA-512.

            V2, on a block device: 4 KiB aligned O_DIRECT I/O; from 16 in flight on one thread with \
            one ring. first-cluster-1 is the first write into a 1 MiB cluster after the region was \
            discarded, later-cluster-1 a further one.

            The cases of a group take turns, a slice of each and then again; a slice is a round of \
            the record. Before each slice the disk's cache is flushed. A request that is under way \
            when a slice ends is waited for and counted.
            """
    )
}
