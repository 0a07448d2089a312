// Generated from Profiles/doctor/ by scripts/lib/embed_profiles.py; edit the profiles, then run it.

/// The text of every doctor profile that comes with tbench, by name.
enum EmbeddedLimits {
    static let texts: [(name: String, text: String)] = [
        (
            "homelab",
            ##"""
            # What `tbench doctor --profile homelab` holds nodes and configurations against: the same minimums, smaller wishes. Nothing is written.
            control_plane:
              cores_minimum: 2
              cores_wanted: 2
              memory_minimum: 2GiB
              memory_wanted: 4GiB
              disk_minimum: 10GiB
              disk_wanted: 20GiB
            worker:
              cores_minimum: 1
              cores_wanted: 2
              memory_minimum: 1GiB
              memory_wanted: 2GiB
              disk_minimum: 10GiB
              disk_wanted: 20GiB
            v2_extra_cores: 1
            network_mbps: 1000
            replicas: 2
            free_percent: 10
            steal_percent: 10
            pressure_percent: 40
            backup_required: false

            """##
        ),
        (
            "production",
            ##"""
            # What `tbench doctor --profile production` holds nodes and configurations against. Nothing is written.
            # Minimums are Talos' and Longhorn's own; below one is an error. "wanted" is what their guides recommend; below it is a warning.
            control_plane:
              cores_minimum: 2        # Talos system requirements
              cores_wanted: 4
              memory_minimum: 2GiB
              memory_wanted: 4GiB
              disk_minimum: 10GiB
              disk_wanted: 100GiB
            worker:
              cores_minimum: 1
              cores_wanted: 4         # Longhorn best practices: 4 vCPU, 4 GiB
              memory_minimum: 1GiB
              memory_wanted: 4GiB
              disk_minimum: 10GiB
              disk_wanted: 100GiB
            v2_extra_cores: 1         # the V2 engine polls on a core of its own
            network_mbps: 10000       # Longhorn best practices: 10 Gbps between nodes
            replicas: 3
            free_percent: 25          # Longhorn's storage-minimal-available-percentage
            steal_percent: 5
            pressure_percent: 20
            backup_required: true

            """##
        ),
    ]
}
