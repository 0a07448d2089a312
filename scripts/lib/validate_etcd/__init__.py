"""Compares tbench with a real etcd on the same disks. Start reading in plan.py."""
