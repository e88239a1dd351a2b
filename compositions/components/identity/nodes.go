package identity

import (
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
)

// ofNodes are the policies for what Domino does from its nodes, and their
// attachments to each role.
func (i identity) ofNodes(roles ...string) []resource.Resource {
	list := []resource.Resource{
		i.policy("nodes-s3", "nodes-s3", "Buckets of "+i.Name, i.bucketsPolicy()),
		i.policy("nodes-key", "nodes-key", "Key of the buckets of "+i.Name, i.keyUsePolicy()),
	}
	if i.spec.Registry != nil {
		list = append(list, i.policy("nodes-ecr", "nodes-ecr", "Repositories of "+i.Name, i.registryPolicy()))
	}
	for _, role := range roles {
		list = append(list, i.ownAttachment(role, "s3", "nodes-s3"), i.ownAttachment(role, "key", "nodes-key"))
		if i.spec.Registry != nil {
			list = append(list, i.ownAttachment(role, "ecr", "nodes-ecr"))
		}
	}
	return list
}

// bucketsPolicy is the policy of the install page (R15), which the test holds it
// to word for word.
func (i identity) bucketsPolicy() []statement {
	return []statement{
		{
			Effect:   "Allow",
			Action:   []string{"s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"},
			Resource: i.buckets(""),
		},
		{
			Effect: "Allow",
			Action: []string{
				"s3:PutObject",
				"s3:GetObject",
				"s3:DeleteObject",
				"s3:ListMultipartUploadParts",
				"s3:AbortMultipartUpload",
			},
			Resource: i.buckets("/*"),
		},
	}
}

// buckets are the four buckets in the order of the install page.
func (i identity) buckets(objects string) texts {
	b := i.spec.Buckets
	var arns texts
	for _, name := range []string{b.Logs, b.Backups, b.Data, b.Registry} {
		arns = append(arns, i.ARN("s3", "", "", name+objects))
	}
	return arns
}

// keyUsePolicy lets nodes read and write what the buckets encrypt with the key,
// and no other key.
func (i identity) keyUsePolicy() []statement {
	return []statement{{
		Effect:   "Allow",
		Action:   []string{"kms:Decrypt", "kms:GenerateDataKey*"},
		Resource: texts{i.keyARN()},
	}}
}

// registryPolicy lets nodes pull from and push to the environment's
// repositories, and fill the cache of quay.io (R16).
func (i identity) registryPolicy() []statement {
	statements := []statement{
		{Effect: "Allow", Action: []string{"ecr:GetAuthorizationToken"}, Resource: anything()},
		{
			Effect: "Allow",
			Action: []string{
				"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
				"ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
			},
			Resource: i.repositories(),
		},
	}
	if prefix := i.spec.Registry.PullThroughCachePrefix; prefix != "" {
		statements = append(statements, statement{
			Effect: "Allow",
			Action: []string{
				"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
				"ecr:BatchImportUpstreamImage", "ecr:CreateRepository",
			},
			Resource: texts{i.repository(prefix + "/*")},
		})
	}
	return statements
}

func (i identity) repositories() texts {
	var arns texts
	for _, spec := range ordered.All(i.spec.Registry.Repositories) {
		arns = append(arns, i.repository(spec.Name))
	}
	return arns
}

func (i identity) repository(name string) string {
	return i.regional("ecr", "repository/"+name)
}
