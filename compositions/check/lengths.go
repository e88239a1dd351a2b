package check

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/words"
)

// longest is how many characters a name may have, and what has it.
type longest struct {
	what       string
	characters int
}

// longestObject is of every object's metadata.name: Crossplane writes it into labels.
var longestObject = longest{"Kubernetes object", 63}

// longestNames are what AWS allows for the names that the environment chooses, by kind.
var longestNames = map[string]longest{
	"Cluster.eks":          {"EKS cluster", 100},     // EKS API reference, CreateCluster
	"NodeGroup.eks":        {"node group", 63},       // EKS API reference, CreateNodegroup
	"Role.iam":             {"IAM role", 64},         // IAM user guide, "IAM and AWS STS quotas"
	"Policy.iam":           {"IAM policy", 128},      // the same page
	"LaunchTemplate.ec2":   {"launch template", 128}, // EC2 API reference, CreateLaunchTemplate
	"Alias.kms":            {"KMS alias", 256},       // KMS API reference, CreateAlias
	"Bucket.s3":            {"S3 bucket", 63},        // S3 user guide, "General purpose bucket naming rules"
	"Group.cloudwatchlogs": {"log group", 512},       // CloudWatch Logs API reference, CreateLogGroup
	"SecurityGroup.ec2":    {"security group", 255},  // EC2 API reference, CreateSecurityGroup
}

// lengths refuses names that AWS or Kubernetes refuses for their length.
func (a *alone) lengths(objects []object) {
	for _, o := range objects {
		a.short(longestObject, o.name, o)
		if limit, limited := longestNames[o.Kind]; limited {
			a.short(limit, o.chosenName(), o)
		}
	}
}

// short refuses a name of an object that is too long.
func (a *alone) short(limit longest, name string, o object) {
	if over := len(name) - limit.characters; over > 0 {
		a.refuse("name-length", o.path(a.env),
			fmt.Sprintf("%s %q has %d characters, at most %d are allowed", limit.what, name, len(name), limit.characters),
			"shorten the name by "+words.Count(over, "character"))
	}
}
