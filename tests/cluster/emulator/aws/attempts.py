"""Calls that are made again because their answer was lost.

A connection may break after a call was answered, on a busy machine for example. The SDK
then sends the call once more, with the same id, and a creation would meet what it made
itself. So the answer to the first attempt is given again.
"""

from collections import OrderedDict

# More calls than are ever under way at once.
REMEMBERED = 200


class Attempts:
    def __init__(self):
        self.answers = OrderedDict()  # by the id that all attempts of a call have

    def before(self, request):
        """The answer to an earlier attempt of the same call, if that was a good one."""
        return self.answers.get(call(request))

    def keep(self, request, answer):
        """Where AWS refused, or something broke, the next attempt is looked at anew."""
        if call(request) and answer.good:
            self.answers[call(request)] = answer
            if len(self.answers) > REMEMBERED:
                self.answers.popitem(last=False)
        return answer


def call(request):
    return request.environ.get("HTTP_AMZ_SDK_INVOCATION_ID", "")
