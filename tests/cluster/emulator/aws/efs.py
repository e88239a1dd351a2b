"""File systems: what can be changed about one, backup policies, the policy's removal."""

from moto.efs.models import efs_backends

from .fault import Fault
from .request import Answer, reply


def answer(world, request):
    path, memory = request.path[1:], world.memory(request)
    if path[:1] != ["file-systems"]:
        return None
    if len(path) == 1:
        return described(memory, request.moto()) if request.method in ("GET", "POST") else None
    system, part = path[1], path[2:]
    operation = {
        ("PUT", ()): update,
        ("PUT", ("protection",)): protect,
        ("PUT", ("backup-policy",)): put_backup_policy,
        ("GET", ("backup-policy",)): backup_policy,
        ("DELETE", ("policy",)): delete_policy,
    }.get((request.method, tuple(part)))
    if operation is None:
        return None
    systems = request.backend(efs_backends).file_systems_by_id
    if system not in systems:
        raise Fault("FileSystemNotFound", f"File system '{system}' does not exist.", 404, ErrorCode="FileSystemNotFound")
    return operation(memory, request, systems[system])


def update(memory, request, system):
    if request.json.get("ThroughputMode"):
        system.throughput_mode = request.json["ThroughputMode"]
    provisioned = system.throughput_mode == "provisioned"
    system.provisioned_throughput_in_mibps = request.json.get("ProvisionedThroughputInMibps") if provisioned else None
    found = request.instead("GET", "/2015-02-01/file-systems", f"FileSystemId={system.file_system_id}").moto()
    return reply(described(memory, found).json["FileSystems"][0], status=202)


def protect(memory, request, system):
    protection = request.json.get("ReplicationOverwriteProtection", "ENABLED")
    memory.protections[system.file_system_id] = protection
    return reply({"ReplicationOverwriteProtection": protection})


def put_backup_policy(memory, request, system):
    memory.backup_policies[system.file_system_id] = request.json["BackupPolicy"]["Status"]
    return backup_policy(memory, request, system)


def backup_policy(memory, _, system):
    status = memory.backup_policies.get(system.file_system_id)
    return status and reply({"BackupPolicy": {"Status": status}})


def delete_policy(_, __, system):
    system.file_system_policy = None
    return reply({})


def described(memory, answer: Answer):
    """moto's description of file systems, with the protection of each."""
    if not answer.good:
        return answer
    body = answer.json
    for system in body.get("FileSystems", [body]):
        protection = memory.protections.get(system.get("FileSystemId"), "ENABLED")
        system.setdefault("FileSystemProtection", {"ReplicationOverwriteProtection": protection})
    return answer.with_json(body)
