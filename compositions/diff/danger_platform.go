package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The kinds of platform/ whose changes have consequences.
const (
	kindProvider      = "pkg.crossplane.io/Provider"
	kindFunction      = "pkg.crossplane.io/Function"
	kindImageConfig   = "pkg.crossplane.io/ImageConfig"
	kindRuntimeConfig = "pkg.crossplane.io/DeploymentRuntimeConfig"
	kindDefinition    = "apiextensions.crossplane.io/CompositeResourceDefinition"
)

// packages are the packages that become others.
func (c sharedComparison) packages() []Danger {
	var all []Danger
	for _, change := range c.changes {
		switch change.Kind {
		case kindProvider, kindFunction:
			if change.Action == Update {
				all = append(all, packageChange(change)...)
			}
		case kindImageConfig:
			all = append(all, Danger{Code: packageChanged, Subject: change.Key, Message: imagesFrom(change), facts: []any{at(change.new, "spec")}})
		}
	}
	return all
}

// packageChange is what another image of a package is.
func packageChange(change Change) []Danger {
	before, after := imageOf(text(at(change.old, "spec", "package"))), imageOf(text(at(change.new, "spec", "package")))
	facts := []any{text(at(change.new, "spec", "package"))}
	switch {
	case before == after:
		return nil
	case before.name != after.name:
		return []Danger{{Code: packageChanged, Subject: change.Key, Message: fmt.Sprintf("%s is installed in place of %s", after.name, before.name), facts: facts}}
	case before.version != after.version:
		d := versionChange(change.Key, before.version, after.version)
		d.facts = facts
		return []Danger{d}
	}
	message := fmt.Sprintf("version %s is pinned to the content %s", after.version, after.digest)
	switch {
	case after.digest == "":
		message = fmt.Sprintf("version %s is no longer pinned to its content", after.version)
	case before.digest != "":
		message += ", before: " + before.digest
	}
	return []Danger{{Code: packageChanged, Subject: change.Key, Message: message}}
}

// versionChange is a package in another version.
func versionChange(name, before, after string) Danger {
	if older(after, before) {
		return Danger{
			Code: packageLowered, Subject: name, Message: fmt.Sprintf("version %s becomes %s", before, after),
			Instead: leftOut("keep the version"),
		}
	}
	return Danger{Code: packageChanged, Subject: name, Message: fmt.Sprintf("version %s becomes %s", before, after)}
}

// image is the parts of an image's name.
type image struct{ name, version, digest string }

func imageOf(reference string) image {
	var i image
	reference, i.digest, _ = strings.Cut(reference, "@")
	i.name = reference
	if n := strings.LastIndex(reference, ":"); n > strings.LastIndex(reference, "/") {
		i.name, i.version = reference[:n], reference[n+1:]
	}
	return i
}

// older reports whether a version such as v2.6.0 comes before another.
func older(a, b string) bool {
	return slices.Compare(numbers(a), numbers(b)) < 0
}

func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		digits, _, _ := strings.Cut(part, "-")
		n, err := strconv.Atoi(digits)
		if err != nil {
			return all
		}
		all = append(all, n)
	}
	return all
}

func imagesFrom(change Change) string {
	rewritten := func(object map[string]any) string {
		return cmp.Or(text(at(object, "spec", "rewriteImage", "prefix")), text(at(object, "spec", "registry", "authentication", "pullSecretRef", "name")))
	}
	switch change.Action {
	case Create:
		return "images of all packages are pulled through " + rewritten(change.new)
	case Update:
		return fmt.Sprintf("images of all packages are pulled through %s instead of %s", rewritten(change.new), rewritten(change.old))
	}
	return "images of all packages are pulled through " + rewritten(change.old) + " until the ImageConfig is deleted by hand"
}

// identity is another role of the providers' pods.
func (c sharedComparison) identity() []Danger {
	const annotation = "eks.amazonaws.com/role-arn"
	var all []Danger
	for _, change := range c.changes {
		if change.Kind != kindRuntimeConfig || change.Action != Update {
			continue
		}
		role := func(object map[string]any) string {
			return cmp.Or(text(at(object, "spec", "serviceAccountTemplate", "metadata", "annotations", annotation)), "none")
		}
		if before, after := role(change.old), role(change.new); before != after {
			all = append(all, Danger{
				Code: providerIdentity, Message: fmt.Sprintf("the pods of the AWS providers use role %s instead of %s; the roles of the environments must trust it", after, before),
				Instead: byHand("first let the role of each environment trust the new one (dominoc policy), and remove the trust in the old one after the merge"),
			})
		}
	}
	return all
}

// admission are policies of the API server that go or become others.
func (c sharedComparison) admission() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if !strings.HasPrefix(change.Kind, "admissionregistration.k8s.io/") || change.Action == Create {
			continue
		}
		message := "the rules by which the API server refuses objects change"
		if change.Action != Update {
			message = "the API server's rules no longer follow the repository"
		}
		if at(change.old, "spec", "failurePolicy") == "Fail" && at(change.new, "spec", "failurePolicy") == "Ignore" {
			message = "the API server admits objects when it cannot evaluate its rules"
		}
		all = append(all, Danger{Code: accessWidened, Subject: change.Key, Message: message, facts: []any{at(change.new, "spec")}})
	}
	return all
}
