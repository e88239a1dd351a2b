package health

import "strings"

// wrappers returns the prefixes that Crossplane's runtime and the provider add to an error,
// in any order and number.
func wrappers() []string {
	return []string{
		"create failed: ", "update failed: ", "observe failed: ", "delete failed: ", "connect failed: ",
		"async create failed: ", "async update failed: ", "async delete failed: ",
		"failed to create the resource: ", "failed to update the resource: ", "failed to delete the resource: ",
		"failed to observe the resource: ", "failed to refresh the resource: ",
		"cannot initialize the Terraform plugin SDK async external client: ",
		"cannot initialize the Terraform plugin SDK external client: ",
		"cannot initialize the Terraform Plugin Framework external client: ",
		"cannot get terraform setup: ", "cannot compose resources: ",
	}
}

// Sentence returns the part of a provider's error that a user can act on: AWS's answer, and
// the call.
func Sentence(message string) string {
	s := unwrapped(strings.Join(strings.Fields(message), " "))
	operation, answer, found := lastOperation(s)
	if !found {
		return refusal(s)
	}
	return strings.TrimPrefix(afterNoise(answer), "api error ") + " (" + operation + ")"
}

func unwrapped(s string) string {
	for {
		before := s
		for _, w := range wrappers() {
			s = strings.TrimPrefix(s, w)
		}
		if s = unlisted(s); s == before {
			return s
		}
	}
}

// unlisted returns the first diagnostic of a list as Terraform prints it:
// [{0 summary detail []}].
func unlisted(s string) string {
	inner, ok := strings.CutPrefix(s, "[{")
	if !ok {
		return s
	}
	if severity, rest, ok := strings.Cut(inner, " "); ok && len(severity) == 1 {
		inner = rest
	}
	first, _, _ := strings.Cut(inner, " []}")
	return strings.TrimSpace(first)
}

// lastOperation returns the innermost call of AWS's API in an error, as its SDK writes
// it: "operation error EKS: CreateNodegroup, https response error …".
func lastOperation(s string) (operation, answer string, found bool) {
	const mark = "operation error "
	i := strings.LastIndex(s, mark)
	if i < 0 {
		return "", "", false
	}
	call, answer, ok := strings.Cut(s[i+len(mark):], ", ")
	service, name, called := strings.Cut(call, ": ")
	if !ok || !called {
		return "", "", false
	}
	return service + " " + name, answer, true
}

// afterNoise removes the parts before the error's code.
func afterNoise(s string) string {
	for {
		part, rest, ok := strings.Cut(s, ", ")
		known := strings.HasPrefix(part, "https response error ") || strings.HasPrefix(part, "StatusCode: ") ||
			strings.HasPrefix(part, "RequestID: ") || strings.HasPrefix(part, "HostID: ")
		if !ok || !known {
			return s
		}
		s = rest
	}
}

// refusal returns the provider's refusal of a change that AWS cannot make in place, as
// both of Terraform's libraries word it.
func refusal(s string) string {
	for _, mark := range []string{
		"refuse to update the external resource because the following update requires replacing it: ",
		"diff contains fields that require resource replacement: ",
	} {
		if _, why, found := strings.Cut(s, mark); found {
			return why + ": AWS cannot change this in place, and the provider never replaces"
		}
	}
	return s
}
