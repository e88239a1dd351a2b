package diff

import (
	"fmt"
	"strings"
)

// protectionKinds are the kinds that protect data or its secrecy, and the effect of a
// removal.
var protectionKinds = map[string]string{
	"backup.aws.m.upbound.io/Plan":                                "no more backups are created",
	"backup.aws.m.upbound.io/Selection":                           "the file system is no longer backed up",
	"ec2.aws.m.upbound.io/FlowLog":                                "traffic is no longer recorded",
	"helm.m.crossplane.io/Release":                                "the objects of the chart are deleted in the cluster",
	"s3.aws.m.upbound.io/BucketLogging":                           "access to the bucket is no longer logged",
	"s3.aws.m.upbound.io/BucketPolicy":                            "the denials of the bucket's policy no longer apply",
	"s3.aws.m.upbound.io/BucketPublicAccessBlock":                 "the bucket may be made public",
	"s3.aws.m.upbound.io/BucketServerSideEncryptionConfiguration": "new objects are no longer encrypted with the key",
	"s3.aws.m.upbound.io/BucketVersioning":                        "overwritten or deleted objects are lost",
}

// weaker are values that protect less, by kind and field.
var weaker = map[string]any{
	"s3.aws.m.upbound.io/BucketVersioning versioningConfiguration.status":   "Suspended",
	"s3.aws.m.upbound.io/BucketPublicAccessBlock blockPublicAcls":           false,
	"s3.aws.m.upbound.io/BucketPublicAccessBlock blockPublicPolicy":         false,
	"s3.aws.m.upbound.io/BucketPublicAccessBlock ignorePublicAcls":          false,
	"s3.aws.m.upbound.io/BucketPublicAccessBlock restrictPublicBuckets":     false,
	"kms.aws.m.upbound.io/Key enableKeyRotation":                            false,
	"ecr.aws.m.upbound.io/Repository imageTagMutability":                    "MUTABLE",
	"ecr.aws.m.upbound.io/Repository imageScanningConfiguration.scanOnPush": false,
}

// protection reports removed protection of data, and removed records of access.
func (c comparison) protection() {
	c.deletion()
	for _, change := range c.changes {
		if what, keeps := protectionKinds[change.Kind]; keeps && change.Action == Destroy && !c.reported(elsewhere[change.Key]) {
			c.report(about(protectionRemoved, change, fmt.Sprintf("%s %s is removed: %s", shortKind(change.Kind), change.called(), what), Advice{}))
		}
		for _, f := range change.Fields {
			if message := weakened(change, f); message != "" && change.Action == Update {
				c.report(about(protectionRemoved, change, message, Advice{}))
			}
		}
	}
}

// elsewhere are, by the key of a chart in the cluster, the dangers that report its
// removal. Their detectors run before this one.
var elsewhere = map[string]string{"calico": outage + "/network-policy", "autoscaler": outage + "/autoscaler"}

// deletion reports that the environment may be deleted from now on.
func (c comparison) deletion() {
	before, after, known := c.specs()
	if !known || before.Common.Deletion == "allow" || after.Common.Deletion != "allow" {
		return
	}
	c.reportOn("", protectionRemoved, "deletion",
		"from now on, removing their files deletes the cluster, its data and the whole environment, and GitOps tools prune them",
		leftOut("merge this only to delete the environment"))
}

// weakened returns how a field protects less than before, or "".
func weakened(change Change, f Field) string {
	field := f.Path.String()
	value, known := weaker[change.Kind+" "+field]
	old, _ := f.Old.(float64)
	days, isNumber := f.New.(float64)
	switch {
	case known && f.New == value:
		return fmt.Sprintf("%s of %s becomes %v", field, change.called(), f.New)
	case field == "enabledClusterLogTypes" && len(f.Removed) > 0:
		return "the control plane no longer logs " + listed(f.Removed)
	case field == "enabledClusterLogTypes" && f.New == nil && f.Old != nil:
		return "the control plane logs nothing"
	case strings.HasSuffix(field, "lifecycle.deleteAfter") && isNumber && days < old:
		return fmt.Sprintf("backups are kept for %v days; before: %v", days, old)
	}
	return ""
}
