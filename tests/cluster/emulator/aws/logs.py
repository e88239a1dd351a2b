"""CloudWatch Logs: the class of a log group, and its ARN without a star."""


def answer(world, request):
    classes = world.memory(request).log_classes
    if request.target == "CreateLogGroup":
        classes[request.json["logGroupName"]] = request.json.get("logGroupClass") or "STANDARD"
    if request.target != "DescribeLogGroups":
        return None
    answer = request.moto()
    if not answer.good:
        return answer
    body = answer.json
    for group in body["logGroups"]:
        group.setdefault("logGroupClass", classes.get(group["logGroupName"], "STANDARD"))
        group.setdefault("logGroupArn", group["arn"].removesuffix(":*"))
    return answer.with_json(body)
