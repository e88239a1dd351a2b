"""A refusal, as AWS words it."""


class Fault(Exception):
    """The service's error code, its message, the HTTP status and further members of the answer."""

    def __init__(self, code, message, status=400, **members):
        super().__init__(message)
        self.code, self.message, self.status, self.members = code, message, status, members


def invalid(message):
    return Fault("InvalidParameterException", message)


def missing(message, **members):
    return Fault("ResourceNotFoundException", message, 404, **members)


def in_use(message, **members):
    return Fault("ResourceInUseException", message, 409, **members)
