"""Keys: fields of metadata, and the period of rotation."""

import time


def answer(world, request):
    operation = request.target
    rotations = world.memory(request).rotations
    if operation == "EnableKeyRotation" and request.json.get("RotationPeriodInDays"):
        rotations[key_id(request)] = request.json["RotationPeriodInDays"]
    if operation not in ("CreateKey", "DescribeKey", "GetKeyRotationStatus"):
        return None
    answer = request.moto()
    if not answer.good:
        return answer
    body = answer.json
    if "KeyMetadata" in body:
        body["KeyMetadata"]["MultiRegion"] = bool(body["KeyMetadata"].get("MultiRegion"))
    elif body.get("KeyRotationEnabled"):
        days = rotations.get(key_id(request), 365)
        body |= {"KeyId": key_id(request), "RotationPeriodInDays": days, "NextRotationDate": time.time() + days * 86400}
    return answer.with_json(body)


def key_id(request):
    return request.json["KeyId"].split("/")[-1]
