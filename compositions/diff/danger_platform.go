package diff

import (
	"cmp"
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// The kinds of platform/ whose changes have consequences.
const (
	kindProvider      = "pkg.crossplane.io/Provider"
	kindFunction      = "pkg.crossplane.io/Function"
	kindImageConfig   = "pkg.crossplane.io/ImageConfig"
	kindRuntimeConfig = "pkg.crossplane.io/DeploymentRuntimeConfig"
	kindDefinition    = "apiextensions.crossplane.io/CompositeResourceDefinition"
)

// packages reports changed packages.
func (c sharedComparison) packages() {
	for _, change := range c.changes {
		switch change.Kind {
		case kindProvider, kindFunction:
			if change.Action == Update {
				c.packageChange(change)
			}
		case kindImageConfig:
			c.report(Danger{Code: packageChanged, Subject: change.Key, Message: imagesFrom(change), facts: []any{fieldpath.At(change.new, "spec")}})
		}
	}
}

// packageChange reports another image of a package.
func (c sharedComparison) packageChange(change Change) {
	installed := fieldpath.Text(change.new, "spec", "package")
	before, after := imageOf(fieldpath.Text(change.old, "spec", "package")), imageOf(installed)
	d := Danger{Code: packageChanged, Subject: change.Key}
	switch {
	case before == after:
		return
	case before.name != after.name:
		d.Message, d.facts = fmt.Sprintf("%s is installed in place of %s", after.name, before.name), []any{installed}
	case before.version != after.version:
		d = versionChange(change.Key, before.version, after.version)
		d.facts = []any{installed}
	case after.digest == "":
		d.Message = fmt.Sprintf("version %s is no longer pinned to its content", after.version)
	default:
		d.Message = fmt.Sprintf("version %s is pinned to the content %s", after.version, after.digest)
		if before.digest != "" {
			d.Message += ", before: " + before.digest
		}
	}
	c.report(d)
}

// versionChange returns the danger of another version of a package.
func versionChange(name, before, after string) Danger {
	d := Danger{Code: packageChanged, Subject: name, Message: fmt.Sprintf("version %s becomes %s", before, after)}
	if older(after, before) {
		d.Code, d.Instead = packageLowered, leftOut("keep the version")
	}
	return d
}

// image is an image name in parts.
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

// older reports whether a version such as v2.6.0, or 2.4.0 of a chart, comes before another.
func older(a, b string) bool {
	semantic := func(version string) string { return "v" + strings.TrimPrefix(version, "v") }
	return semver.Compare(semantic(a), semantic(b)) < 0
}

func imagesFrom(change Change) string {
	rewritten := func(object map[string]any) string {
		return cmp.Or(fieldpath.Text(object, "spec", "rewriteImage", "prefix"), fieldpath.Text(object, "spec", "registry", "authentication", "pullSecretRef", "name"))
	}
	message := "images of all packages are pulled through "
	switch change.Action {
	case Create:
		return message + rewritten(change.new)
	case Update:
		return message + rewritten(change.new) + " instead of " + rewritten(change.old)
	}
	return message + rewritten(change.old) + " until the ImageConfig is deleted by hand"
}

// identity reports another role of the providers' pods.
func (c sharedComparison) identity() {
	const annotation = "eks.amazonaws.com/role-arn"
	for _, change := range c.changes {
		if change.Kind != kindRuntimeConfig || change.Action != Update {
			continue
		}
		role := func(object map[string]any) string {
			return cmp.Or(fieldpath.Text(object, "spec", "serviceAccountTemplate", "metadata", "annotations", annotation), "none")
		}
		if before, after := role(change.old), role(change.new); before != after {
			c.report(Danger{
				Code: providerIdentity, Message: fmt.Sprintf("the pods of the AWS providers use role %s instead of %s; the roles of the environments must trust it", after, before),
				Instead: byHand("first let the role of each environment trust the new one (dominoc policy), and remove the trust in the old one after the merge"),
			})
		}
	}
}

// admission reports removed or changed admission policies of the API server.
func (c sharedComparison) admission() {
	for _, change := range c.changes {
		if !strings.HasPrefix(change.Kind, "admissionregistration.k8s.io/") || change.Action == Create {
			continue
		}
		message := "the rules by which the API server refuses objects change"
		if change.Action != Update {
			message = "the API server's rules no longer follow the repository"
		}
		if fieldpath.At(change.old, "spec", "failurePolicy") == "Fail" && fieldpath.At(change.new, "spec", "failurePolicy") == "Ignore" {
			message = "the API server admits objects when it cannot evaluate its rules"
		}
		c.report(Danger{Code: accessWidened, Subject: change.Key, Message: message, facts: []any{fieldpath.At(change.new, "spec")}})
	}
}
