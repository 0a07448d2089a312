import Workloads

// What the threads of each case do.

extension ReplicaDisk {
    /// The threads of one slice.
    func workers(
        _ spec: ReplicaDiskCase,
        slice: Int,
        lengthNanoseconds: UInt64,
        counter: RevisionCounter?,
        engine: JobSpec.Engine,
        control: RunControl,
        gate: StartGate
    ) -> [any SliceWorker] {
        if plan.dataEngine == .v2, spec.depth > 1 {
            return [deep(spec, slice, engine, control, gate)]
        }
        let all = (0..<spec.depth).flatMap { thread in
            tasks(spec, slice: slice, seed: seed(spec, slice, thread), lengthNanoseconds, counter)
        }
        return all.enumerated().map { number, task in
            ReplicaDiskWorker(
                name: spec.name,
                task: task,
                blockBytes: spec.blockBytes,
                seed: seed(spec, slice, number),
                control: control,
                gate: gate
            )
        }
    }

    /// Another for each case, slice and thread: blocks that one case has just written are no easy prey for the next.
    private func seed(_ spec: ReplicaDiskCase, _ slice: Int, _ thread: Int) -> UInt64 {
        var seed = seed ^ 0xCBF2_9CE4_8422_2325
        for byte in spec.name.utf8 {
            // FNV-1a, which wraps by definition; of the rest any number is a seed.
            seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return seed &+ UInt64(slice) &* 0xD134_2543_DE82_EF95
            &+ UInt64(thread) &* 0x9E37_79B9_7F4A_7C15
    }

    /// What one of the case's threads does, and what else goes on beside it.
    private func tasks(
        _ spec: ReplicaDiskCase,
        slice: Int,
        seed: UInt64,
        _ length: UInt64,
        _ counter: RevisionCounter?
    ) -> [ReplicaDiskWorker.Task] {
        let block = spec.blockBytes
        func picker(_ order: BlockPicker.Order, _ part: Range<Int64>, _ bytes: Int) -> BlockPicker {
            BlockPicker(order, in: part, blockBytes: bytes, seed: seed)
        }
        func write(_ order: BlockPicker.Order, _ part: Range<Int64>) -> ReplicaDiskWorker.Task {
            .write(head, picker(order, part, block), isDurable: false, counter: nil)
        }
        let anywhere = picker(.random, parts.overwrite, block)
        switch spec.action {
        case .overwrite:
            return [write(.random, parts.overwrite)]
        case .firstTouch:
            return [write(.once(touched.order, touched.cursor), parts.firstTouch)]
        case .durable:
            return [.write(head, anywhere, isDurable: true, counter: nil)]
        case .revisionCounter:
            return [.write(head, anywhere, isDurable: false, counter: counter)]
        case .punching:
            let pause = length / UInt64(ReplicaDiskPlan.holes.count + 1)
            return [
                write(.random, parts.overwrite),
                .punch(head, ReplicaDiskPlan.holes(in: parts.punched), everyNanoseconds: pause),
            ]
        case .volumes:
            return [write(.random, parts.overwrite)]
                + volumes.map { volume in
                    .write(
                        volume,
                        picker(.random, 0..<volume.byteCount, block),
                        isDurable: false,
                        counter: nil
                    )
                }
        case .sequentialWrite:
            return [write(.sequential(position(of: spec)), parts.overwrite)]
        case .randomRead:
            return [.read(head, anywhere)]
        case .sequentialRead:
            let order = BlockPicker.Order.sequential(position(of: spec))
            return [.read(head, picker(order, parts.overwrite, block))]
        case .firstCluster:
            // There are few: each slice gets its share.
            let share = clusters.order.count / UInt64(max(1, plan.slices))
            let order = BlockPicker.Order.once(
                clusters.order,
                clusters.cursor,
                limit: share * UInt64(slice + 1)
            )
            let blocks = picker(order, parts.firstTouch, ReplicaDiskCase.clusterBytes)
            return [.write(head, blocks, isDurable: false, counter: nil)]
        case .laterCluster:
            let order = BlockPicker.Order.taken(
                clusters.order,
                clusters.cursor,
                pieceBytes: Int64(ReplicaDiskCase.sectorBytes)
            )
            let blocks = picker(order, parts.firstTouch, ReplicaDiskCase.clusterBytes)
            return [.write(head, blocks, isDurable: false, counter: nil)]
        case .fileExtent:
            let order = BlockPicker.Order.taken(
                touched.order,
                touched.cursor,
                pieceBytes: Int64(block)
            )
            return [.lookUp(head, picker(order, parts.firstTouch, block))]
        case .rebuild(let hashed):
            guard let copy else { return [] }
            let order = BlockPicker.Order.sequential(batch)
            return [
                .copy(
                    from: head,
                    to: copy,
                    picker(order, 0..<copy.byteCount, block),
                    hashed: hashed
                )
            ]
        }
    }

    /// A V2 case at depth: one thread with one ring, as SPDK's reactor.
    private func deep(
        _ spec: ReplicaDiskCase,
        _ slice: Int,
        _ engine: JobSpec.Engine,
        _ control: RunControl,
        _ gate: StartGate
    ) -> JobWorker {
        var job = JobSpec(name: spec.name)
        switch spec.action {
        case .randomRead: job.readWrite = .randread
        case .sequentialRead: job.readWrite = .read
        case .sequentialWrite: job.readWrite = .write
        default: job.readWrite = .randwrite
        }
        job.access = job.readWrite.isRandom ? .randomUniform : .sequential
        job.readSizes = BlockSizes(spec.blockBytes)
        job.writeSizes = BlockSizes(spec.blockBytes)
        job.ioDepth = spec.depth
        job.batch = max(1, spec.depth / 8)
        job.direct = place.isDirect
        job.engine = engine
        job.timeBased = true
        return JobWorker(
            spec: job,
            number: 0,
            target: JobTarget(
                path: place.head.path,
                offset: place.head.offset + parts.overwrite.lowerBound,
                byteCount: parts.overwrite.upperBound - parts.overwrite.lowerBound,
                isReadOnly: false
            ),
            seed: seed(spec, slice, 0),
            control: control,
            gate: gate
        )
    }
}

extension ReplicaDiskPlan {
    /// The holes of one slice, one behind the other.
    static func holes(in part: Range<Int64>) -> [Range<Int64>] {
        var start = part.lowerBound
        return holes.compactMap { mebibytes in
            let end = start + Int64(mebibytes) << 20
            guard end <= part.upperBound else { return nil }
            defer { start = end }
            return start..<end
        }
    }
}
