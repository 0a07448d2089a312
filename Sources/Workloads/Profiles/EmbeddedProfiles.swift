// Generated from Profiles/ by scripts/lib/embed_profiles.py; edit the profiles, then run it.

/// The text of every profile that comes with tbench, by name.
enum EmbeddedProfiles {
    static let texts: [(name: String, text: String)] = [
        (
            "kafka",
            ##"""
            // A Kafka broker: many partitions appended to through the page cache, read again in large pieces.
            {
                answers: "What can a Kafka broker append and serve from this disk?",
                expect: "Kafka leaves flushing to the kernel, so 'append' runs at memory speed until dirty pages reach the limit (vm.dirty_ratio) and then at the speed of the disk: look at the later rounds and the maximum. 'append-flushed' is what flush.messages=1 would cost. About 1.5 minutes.",
                destructive: true,
                // Sixteen partitions of 256 MiB.
                file_size: "4g",
                defaults: {
                    ioengine: "sync",
                    direct: false,
                    time_based: true,
                    runtime: "20s",
                    ramp_time: "5s",
                },
                phases: [
                    {
                        name: "append",
                        jobs: [
                            {
                                name: "append",
                                rw: "write",
                                // batch.size of the producer: 16384 bytes by default.
                                bs: "16k",
                                // Sixteen partition leaders on one disk, each with a log of its own.
                                numjobs: 16,
                                size: "256m",
                                offset_increment: "256m",
                            },
                        ],
                    },
                    {
                        // A consumer that has fallen behind reads what is no longer in the page cache, while appends go on.
                        name: "append-and-catch-up",
                        jobs: [
                            {
                                name: "append-beside-reader",
                                rw: "write",
                                bs: "16k",
                                numjobs: 8,
                                size: "256m",
                                offset_increment: "256m",
                            },
                            // max.partition.fetch.bytes: 1 MiB by default. The second half of the file, which nobody appends to.
                            { name: "catch-up-read", rw: "read", bs: "1m", offset: "2g", size: "2g" },
                        ],
                    },
                    {
                        // log.flush.interval.messages=1: FileChannel.force(true), which is fsync, after every batch. Kafka's default is
                        // 9223372036854775807, never, because replicas on other brokers hold the data.
                        // Source: kafka.apache.org, topic configs, flush.messages.
                        name: "append-flushed",
                        jobs: [{ name: "append-flushed", rw: "write", bs: "16k", fsync: 1, size: "256m" }],
                    },
                ],
            }

            """##
        ),
        (
            "kbench",
            ##"""
            // Longhorn's kbench, job by job, so that results stand beside published ones.
            // Source: longhorn/kbench at 8fd580c, fio/run.sh (the three files in this order), fio/{iops,bandwidth,latency}.fio (names and
            // order), fio/{iops,bw,lat}-include.fio (bs, iodepth), fio/common-include.fio (the rest).
            {
                answers: "What does kbench say about this disk or Longhorn volume?",
                expect: "kbench prints means only. Its rules: test the local disk first; reads faster than the local disk are a cache, writes faster than it are not crash consistent; there is no fsync in it, so it says nothing about databases. About 5 minutes.",
                destructive: true,
                // run.sh: TEST_SIZE="10g". kbench's own rule: at least 25 times what the disk moves in a second.
                file_size: "10g",
                defaults: {
                    // common-include.fio (MODE=full): ioengine=libaio direct=1 time_based ramp_time=5s runtime=20s randrepeat=0 verify=0;
                    // stonewall before each job is a phase for each here. fio's random map is on: no block twice in a round.
                    ioengine: "libaio",
                    direct: true,
                    time_based: true,
                    ramp_time: "5s",
                    runtime: "20s",
                    verify: false,
                },
                phases: [
                    // iops-include.fio: bs=4K iodepth=64.
                    { jobs: [{ name: "rand-read-iops", rw: "randread", bs: "4k", iodepth: 64 }] },
                    { jobs: [{ name: "rand-write-iops", rw: "randwrite", bs: "4k", iodepth: 64 }] },
                    { jobs: [{ name: "seq-read-iops", rw: "read", bs: "4k", iodepth: 64 }] },
                    { jobs: [{ name: "seq-write-iops", rw: "write", bs: "4k", iodepth: 64 }] },
                    // bw-include.fio: bs=128k iodepth=64.
                    { jobs: [{ name: "rand-read-bw", rw: "randread", bs: "128k", iodepth: 64 }] },
                    { jobs: [{ name: "rand-write-bw", rw: "randwrite", bs: "128k", iodepth: 64 }] },
                    { jobs: [{ name: "seq-read-bw", rw: "read", bs: "128k", iodepth: 64 }] },
                    { jobs: [{ name: "seq-write-bw", rw: "write", bs: "128k", iodepth: 64 }] },
                    // lat-include.fio: bs=4k iodepth=1.
                    { jobs: [{ name: "rand-read-lat", rw: "randread", bs: "4k", iodepth: 1 }] },
                    { jobs: [{ name: "rand-write-lat", rw: "randwrite", bs: "4k", iodepth: 1 }] },
                    { jobs: [{ name: "seq-read-lat", rw: "read", bs: "4k", iodepth: 1 }] },
                    { jobs: [{ name: "seq-write-lat", rw: "write", bs: "4k", iodepth: 1 }] },
                ],
            }

            """##
        ),
        (
            "longhorn-v1-disk",
            ##"""
            // What a Longhorn V1 replica asks of the disk below it.
            // Source: longhorn-engine at 5939910, pkg/replica/{replica,diff_disk}.go and its sparse-tools: the files are opened
            // O_RDWR|O_DIRECT, in 4096 byte sectors, and the I/O path has no fsync at all.
            {
                answers: "How fast can a Longhorn V1 replica be on this disk?",
                expect: "The latency of 'write-1' is the disk's share of every replicated write. A volume has at most 16 requests in flight, so it never does more than 'write-16'. 'write-1-durable' is what the same write costs when it must survive a power cut: Longhorn V1 does not ask for that. About 3 minutes.",
                destructive: true,
                // Past the cache of a hypervisor's controller; a sparse file's first writes are slower and are not measured here.
                file_size: "8g",
                defaults: {
                    // diffDisk.sectorSize = 4096; aligned requests are one pwrite.
                    bs: "4k",
                    direct: true,
                    // A goroutine for each request in a blocking pwrite or pread: threads with one I/O each, no ring.
                    ioengine: "sync",
                    norandommap: true,
                    time_based: true,
                    runtime: "20s",
                    ramp_time: "5s",
                },
                phases: [
                    // The L_io of the latency model: one write at a time, over blocks that exist.
                    { jobs: [{ name: "write-1", rw: "randwrite" }] },
                    { jobs: [{ name: "read-1", rw: "randread" }] },
                    // tgt's nr_iothreads=16 bounds what one volume has in flight.
                    { jobs: [{ name: "write-16", rw: "randwrite", numjobs: 16 }] },
                    { jobs: [{ name: "read-16", rw: "randread", numjobs: 16 }] },
                    // Large sequential writes of a guest arrive as 128 KiB requests.
                    // Each of the sixteen has its own sixteenth of the file, so that no two write the same place.
                    { jobs: [{ name: "write-sequential-16", rw: "write", bs: "128k", numjobs: 16, size: "6%", offset_increment: "6%" }] },
                    // The gap between this and write-1 is the durability that V1 leaves out.
                    { jobs: [{ name: "write-1-durable", rw: "randwrite", fdatasync: 1 }] },
                ],
            }

            """##
        ),
        (
            "longhorn-v2-disk",
            ##"""
            // What Longhorn V2 (SPDK) asks of the raw block device it is given.
            // Source: longhorn-spdk-engine at 57f5131, disk.go: block size 4096, cluster size 1 MiB; replicas are lvols of one lvstore.
            {
                answers: "How fast can a Longhorn V2 replica be on this block device?",
                expect: "SPDK's aio or NVMe driver keeps many I/Os in flight from one core: the depth 128 figures are its ceiling, depth 1 is the disk's share of a single replicated write. About 3 minutes.",
                destructive: true,
                file_size: "8g",
                defaults: {
                    // 4096 byte blocks, O_DIRECT on a raw device.
                    bs: "4k",
                    direct: true,
                    // Asynchronous from one thread, as an SPDK reactor.
                    ioengine: "auto",
                    norandommap: true,
                    time_based: true,
                    runtime: "20s",
                    ramp_time: "5s",
                },
                phases: [
                    { jobs: [{ name: "write-depth-1", rw: "randwrite" }] },
                    { jobs: [{ name: "read-depth-1", rw: "randread" }] },
                    { jobs: [{ name: "write-depth-32", rw: "randwrite", iodepth: 32, iodepth_batch: 8 }] },
                    { jobs: [{ name: "read-depth-32", rw: "randread", iodepth: 32, iodepth_batch: 8 }] },
                    // 128: the queue of the ublk front end, and nvme-tcp's default queue size.
                    { jobs: [{ name: "write-depth-128", rw: "randwrite", iodepth: 128, iodepth_batch: 16 }] },
                    { jobs: [{ name: "read-depth-128", rw: "randread", iodepth: 128, iodepth_batch: 16 }] },
                    // 1 MiB: the cluster that an lvol allocates and a rebuild copies at a time.
                    { jobs: [{ name: "write-clusters", rw: "write", bs: "1m", iodepth: 16 }] },
                ],
            }

            """##
        ),
        (
            "postgres-wal",
            ##"""
            // PostgreSQL's write-ahead log: every commit is a write of whole 8 KiB pages and an fdatasync.
            {
                answers: "How many transactions a second can PostgreSQL commit on this disk, and how long does a commit wait?",
                expect: "One commit stream of 'one-page' is the worst case: one client that commits after every change. With many clients PostgreSQL shares an fdatasync among them (group commit), which 'eight-pages' resembles. A disk with power-loss protection answers in 0.1 ms, one without in 1 to 10 ms. About 1 minute.",
                destructive: true,
                // max_wal_size, 1 GB by default: the segments that are recycled and so written again and again.
                file_size: "1g",
                defaults: {
                    rw: "write",
                    // PostgreSQL opens the log without O_DIRECT unless debug_io_direct says so.
                    direct: false,
                    // issue_xlog_fsync(): pwrite and fdatasync from the backend itself, one after the other.
                    ioengine: "sync",
                    // wal_sync_method is fdatasync on Linux: PLATFORM_DEFAULT_WAL_SYNC_METHOD in src/include/port/linux.h, because the
                    // rule of src/include/access/xlogdefs.h would take open_datasync.
                    fdatasync: 1,
                    // Segments are preallocated and recycled (wal_recycle, wal_init_zero): the file is overwritten in order.
                    time_based: true,
                    runtime: "15s",
                    ramp_time: "3s",
                },
                phases: [
                    // XLOG_BLCKSZ is 8192: a commit rewrites at least one page. pg_test_fsync's "one 8kB write".
                    { jobs: [{ name: "one-page", bs: "8k" }] },
                    // pg_test_fsync's "two 8kB writes": a commit that crosses into the next page.
                    { jobs: [{ name: "two-pages", bs: "16k" }] },
                    // A group commit or a full-page image or two after a checkpoint: several pages at once.
                    { jobs: [{ name: "eight-pages", bs: "64k" }] },
                ],
            }

            """##
        ),
        (
            "pveperf",
            ##"""
            // pveperf's FSYNCS/SECOND, measured exactly as Proxmox VE does.
            // Source: pve-manager, bin/pveperf, test_fsync: for 3 seconds, one file after the other out of 300 is opened with create and
            // truncate, gets 4001 bytes in one write, is fsynced and closed; the figure is files per second.
            {
                answers: "What would pveperf print as FSYNCS/SECOND here?",
                expect: "The commit rate is FSYNCS/SECOND. It includes creating, truncating and closing files, so it is lower than an fdatasync rate and says more about the filesystem's journal than about the disk. 200 a second is 5 ms each: enough for Proxmox's own files, far from enough for etcd. Needs a directory, not a device. 3 seconds.",
                destructive: true,
                // 300 files of one block each.
                file_size: "4m",
                phases: [
                    {
                        jobs: [
                            {
                                name: "fsyncs",
                                rw: "write",
                                // ('A' x 4000) . "\n"
                                bs: "4001",
                                // tf_0.dat to tf_299.dat
                                file_cycle: 300,
                                // File::Sync::fsync after the one write of each file; no fsync of the directory.
                                fsync: 1,
                                ioengine: "sync",
                                direct: false,
                                // last if $elapsed > 3; and no warm-up before.
                                runtime: "3s",
                                time_based: true,
                            },
                        ],
                    },
                ],
                thresholds: [
                    {
                        job: "fsyncs",
                        of: "commit",
                        figure: "rate",
                        limit: 200,
                        why: "pveperf(1): FSYNCS/SECOND should be greater than 200",
                    },
                ],
            }

            """##
        ),
        (
            "random-4k",
            ##"""
            // How many small random I/Os a disk does, and how long each takes.
            {
                answers: "How long does a random 4 KiB read or write take, alone and under load?",
                expect: "Depth 1 is the latency of the path; depth 32 is what the device can do in parallel. An SSD gains 5 to 20 times from depth, a disk with one head hardly any. About 2 minutes.",
                destructive: true,
                // Beyond the cache of most controllers, yet quick to lay out.
                file_size: "4g",
                defaults: {
                    // 4 KiB: the page of x86, of ext4 and XFS, and of every flash translation layer.
                    bs: "4k",
                    // The page cache would answer instead of the disk.
                    direct: true,
                    // Uniform with repeats, as SNIA's Performance Test Specification 2.0.2 asks for random I/O.
                    norandommap: true,
                    // Long enough for 1 % of even a slow disk's 100 I/Os a second to be 20 samples.
                    runtime: "20s",
                    // Drive caches and clock governors settle within seconds.
                    ramp_time: "5s",
                    time_based: true,
                },
                phases: [
                    // One at a time: nothing queues, so this is the latency of the device and the path to it.
                    { jobs: [{ name: "read-depth-1", rw: "randread" }] },
                    { jobs: [{ name: "write-depth-1", rw: "randwrite" }] },
                    // 32: what SATA's native command queue holds (ATA8-ACS, 5 bits), and past the knee of most flash.
                    // Batches of 8 keep the cost of system calls below the cost of the I/O.
                    { jobs: [{ name: "read-depth-32", rw: "randread", iodepth: 32, iodepth_batch: 8 }] },
                    { jobs: [{ name: "write-depth-32", rw: "randwrite", iodepth: 32, iodepth_batch: 8 }] },
                ],
            }

            """##
        ),
        (
            "sequential-128k",
            ##"""
            // How many bytes a second go through in order.
            {
                answers: "How fast does the disk read and write large files?",
                expect: "Bandwidth close to the link (SATA 550 MB/s, 10 GbE 1.1 GB/s) means that the link is the limit. A write rate that falls during the run is a full write cache. About 2 minutes.",
                destructive: true,
                // A job at 1 GB/s goes round several times; a drive's write cache still shows as a falling rate.
                file_size: "4g",
                defaults: {
                    // 128 KiB: the smaller block of SNIA's throughput test (the other is 1 MiB), kbench's, and the kernel's default
                    // read-ahead.
                    bs: "128k",
                    direct: true,
                    runtime: "20s",
                    ramp_time: "5s",
                    time_based: true,
                },
                phases: [
                    // One at a time shows what a single synchronous copy gets.
                    { jobs: [{ name: "read-depth-1", rw: "read" }] },
                    { jobs: [{ name: "write-depth-1", rw: "write" }] },
                    // 32 x 128 KiB = 4 MiB in flight: 4 GB/s at 1 ms, beyond one NVMe drive of today.
                    { jobs: [{ name: "read-depth-32", rw: "read", iodepth: 32, iodepth_batch: 4 }] },
                    { jobs: [{ name: "write-depth-32", rw: "write", iodepth: 32, iodepth_batch: 4 }] },
                ],
            }

            """##
        ),
    ]

    /// How disk combinations are graded.
    static let combinationRubric = ##"""
        // How 'tbench matrix' and 'tbench rate' grade a disk combination. Give a changed copy with --rubric FILE.
        {
            // A role's grade is the first whose limit its figure does not exceed; F beyond the last.
            //   commit_p99  write of a log batch and its flush, as a guest waits for both
            //   commit_p50  the same, half of them
            //   write_p99   the write alone, past the guest's page cache
            roles: [
                {
                    name: "etcd",
                    title: "etcd control plane",
                    figure: "commit_p99",
                    limits: { A: "2ms", B: "5ms", C: "10ms", D: "25ms", E: "100ms" },
                    // etcd.io/docs/v3.5/faq: "the 99th percentile of wal_fsync_duration_seconds should be less than 10ms", which is C;
                    // 100 ms is the default heartbeat interval. A, B and D are tbench's own steps.
                    why: "etcd's own limit is 10 ms at the 99th percentile; 100 ms is a heartbeat",
                    needs_flush: true,
                },
                {
                    name: "longhorn-v1",
                    title: "Longhorn V1 disk",
                    figure: "write_p99",
                    limits: { A: "500us", B: "1ms", C: "3ms", D: "10ms", E: "50ms" },
                    // A V1 replica writes past the page cache and does not flush; every write waits for the slowest replica. Longhorn's
                    // best practices ask for SSD or NVMe and give no latency: the steps are tbench's own.
                    why: "a V1 replica's write waits for the disk, and the slowest of three replicas decides",
                    needs_flush: true,
                },
                {
                    name: "longhorn-v2",
                    title: "Longhorn V2 disk",
                    figure: "write_p99",
                    limits: { A: "200us", B: "500us", C: "1500us", D: "5ms", E: "25ms" },
                    // The V2 engine polls (SPDK) and is chosen for latency; longhorn.io asks for local NVMe. The steps are tbench's own.
                    why: "the V2 engine polls for latency, which a slow virtual disk takes away again",
                    needs_flush: true,
                },
                {
                    name: "general",
                    title: "general use",
                    figure: "commit_p50",
                    limits: { A: "1ms", B: "3ms", C: "8ms", D: "20ms", E: "100ms" },
                    // A rotating disk needs about 8 ms for a flushed write. tbench's own steps.
                    why: "half of all flushed writes; a rotating disk needs about 8 ms",
                    needs_flush: false,
                },
            ],
            // What no speed makes up for: the best grade that a combination can get, and why. The first text is the one that is shown.
            caps: [
                {
                    cache: "unsafe",
                    roles: ["etcd", "longhorn-v1", "longhorn-v2"],
                    best: "F",
                    // qemu-options.hx on cache=unsafe: "…ignores flush requests"; see also block/io.c, bdrv_co_flush.
                    why: "cache=unsafe swallows flushes: a power cut loses data that was promised to be safe, and may corrupt the rest",
                },
                {
                    cache: "unsafe",
                    roles: ["general"],
                    best: "E",
                    why: "cache=unsafe is for data that may be lost, such as while an installer runs",
                },
                {
                    format: "qcow2-overlay",
                    roles: ["etcd"],
                    best: "C",
                    why: "writes after a snapshot copy and allocate; remove snapshots of a control plane's disk",
                },
                {
                    cache: "writeback",
                    roles: ["etcd"],
                    best: "B",
                    why: "safe while the guest flushes, but flushes pay for all that the host's page cache holds",
                },
                {
                    trim: "ignored",
                    roles: ["longhorn-v1", "longhorn-v2", "general"],
                    best: "B",
                    why: "discards are ignored: deleted blocks are never given back",
                },
            ],
        }

        """##
}
