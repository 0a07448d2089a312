import ResultStore
import Testing

@testable import VirtualDisks

@Suite("A disk's combination") struct DiskCombinationTests {
    @Test("its tags read back as the same combination", arguments: DiskCombination.Format.allCases)
    func roundTrip(format: DiskCombination.Format) {
        for cache in DiskCombination.Cache.allCases {
            for controller in [nil] + DiskCombination.Controller.allCases {
                let one = DiskCombination(
                    format: format,
                    cache: cache,
                    aio: .native,
                    controller: controller,
                    hasIOThread: controller == .virtioBlk
                )
                #expect(DiskCombination(tags: one.tags) == one)
                var second = one
                second.copy = 2
                #expect(DiskCombination(tags: second.tags) == second)
                #expect(second.name == "\(one.name) (2)")
            }
        }
    }

    @Test(
        "tags that name no disk are none",
        arguments: [
            [:], ["format": "raw"], ["cache": "none"], ["format": "vmdk", "cache": "none"],
            ["format": "raw", "cache": "off"],
        ]
    )
    func foreign(tags: [String: String]) {
        #expect(DiskCombination(tags: tags) == nil)
    }

    @Test("native aio is refused with the page cache, and nothing else is without a guest")
    func invalid() {
        for format in DiskCombination.Format.allCases {
            for cache in DiskCombination.Cache.allCases {
                for aio in DiskCombination.AIO.allCases {
                    let one = DiskCombination(format: format, cache: cache, aio: aio)
                    let refused =
                        aio == .native && !["none", "directsync"].contains(cache.rawValue)
                    #expect((one.invalidReason != nil) == refused)
                }
            }
        }
    }

    @Test("an iothread is refused where Proxmox ignores it or QEMU has none")
    func ioThread() {
        let refused = DiskCombination.Controller.allCases.filter { controller in
            DiskCombination(
                format: .raw,
                cache: .none,
                aio: .ioUring,
                controller: controller,
                hasIOThread: true
            ).invalidReason != nil
        }
        #expect(refused == [.virtioSCSI, .sata, .ide])
    }
}
