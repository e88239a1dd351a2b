package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	files "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// datasets holds the file system and its access point against R14.
func (a *Account) datasets(ctx context.Context, e Environment, f *findings) error {
	system, err := a.fileSystem(ctx, e)
	if err != nil {
		return err
	}
	f.want(system.Encrypted != nil && *system.Encrypted, "R14: the file system is not encrypted")
	points, err := a.EFS.DescribeAccessPoints(ctx, &efs.DescribeAccessPointsInput{FileSystemId: system.FileSystemId})
	if err != nil {
		return err
	}
	point, err := one("R14: the access points", points.AccessPoints)
	if err != nil {
		return err
	}
	accessPoint(f, point)
	return a.mountTargets(ctx, e, f, *system.FileSystemId)
}

// fileSystem is the only one with the environment's tag.
func (a *Account) fileSystem(ctx context.Context, e Environment) (files.FileSystemDescription, error) {
	found, err := a.EFS.DescribeFileSystems(ctx, &efs.DescribeFileSystemsInput{MaxItems: pointer(int32(100))})
	if err != nil {
		return files.FileSystemDescription{}, err
	}
	ours := slices.DeleteFunc(found.FileSystems, func(system files.FileSystemDescription) bool {
		return !slices.ContainsFunc(system.Tags, func(t files.Tag) bool { return *t.Key == EnvironmentTag && *t.Value == e.Name })
	})
	return one("R14: the file systems", ours)
}

func accessPoint(f *findings, point files.AccessPointDescription) {
	f.want(*point.RootDirectory.Path == "/domino", "R14: the access point's root is %s", *point.RootDirectory.Path)
	f.want(*point.PosixUser.Uid == 0 && *point.PosixUser.Gid == 0, "R14: the access point's user is %d, its group %d", *point.PosixUser.Uid, *point.PosixUser.Gid)
	info := point.RootDirectory.CreationInfo
	f.want(*info.OwnerUid == 0 && *info.OwnerGid == 0, "R14: the root's owner is %d, its group %d", *info.OwnerUid, *info.OwnerGid)
	f.want(*info.Permissions == "777", "R14: the root's permissions are %s", *info.Permissions)
}

// mountTargets wants one in each zone of the nodes, which takes NFS and nothing
// else.
func (a *Account) mountTargets(ctx context.Context, e Environment, f *findings, system string) error {
	found, err := a.EFS.DescribeMountTargets(ctx, &efs.DescribeMountTargetsInput{FileSystemId: &system})
	if err != nil {
		return err
	}
	var subnets []string
	for _, target := range found.MountTargets {
		subnets = append(subnets, *target.SubnetId)
		if err := a.onlyNFS(ctx, f, *target.MountTargetId); err != nil {
			return err
		}
	}
	zones, err := a.zones(ctx, subnets)
	f.want(slices.Equal(zones, e.Zones), "R14: mount targets are in %v, not in %v", zones, e.Zones)
	return err
}

func (a *Account) onlyNFS(ctx context.Context, f *findings, target string) error {
	groups, err := a.EFS.DescribeMountTargetSecurityGroups(ctx, &efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: &target})
	if err != nil {
		return err
	}
	rules, err := a.EC2.DescribeSecurityGroupRules(ctx, &ec2.DescribeSecurityGroupRulesInput{Filters: filter("group-id", groups.SecurityGroups...)})
	if err != nil {
		return err
	}
	in := 0
	for _, rule := range rules.SecurityGroupRules {
		if *rule.IsEgress {
			continue
		}
		in++
		f.want(*rule.FromPort == 2049 && *rule.ToPort == 2049 && *rule.IpProtocol == "tcp", "R14: mount target %s takes ports %d to %d", target, *rule.FromPort, *rule.ToPort)
		f.want(rule.ReferencedGroupInfo != nil, "R14: mount target %s is open to more than a security group", target)
	}
	f.want(in == 1, "R14: mount target %s has %d ways in", target, in)
	return nil
}

// buckets holds the four buckets against R15.
func (a *Account) buckets(ctx context.Context, e Environment, f *findings) error {
	for _, purpose := range []string{"backups", "data", "logs", "registry"} {
		if err := a.bucket(ctx, e, f, purpose); err != nil {
			return err
		}
	}
	return nil
}

func (a *Account) bucket(ctx context.Context, e Environment, f *findings, purpose string) error {
	name := e.Bucket(purpose)
	versioning, err := a.S3.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &name})
	if err != nil {
		return err
	}
	f.want(versioning.Status == types.BucketVersioningStatusEnabled, "R15: bucket %s keeps no versions", name)
	access, err := a.S3.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &name})
	if err != nil {
		return err
	}
	block := access.PublicAccessBlockConfiguration
	f.want(*block.BlockPublicAcls && *block.BlockPublicPolicy && *block.IgnorePublicAcls && *block.RestrictPublicBuckets, "R15: bucket %s may become public", name)
	encryption, err := a.S3.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &name})
	if err != nil {
		return err
	}
	by := encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault
	f.want(by.SSEAlgorithm == types.ServerSideEncryptionAwsKms && by.KMSMasterKeyID != nil, "R15: bucket %s is encrypted with %s", name, by.SSEAlgorithm)
	lifecycle, err := a.S3.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &name})
	if err != nil {
		return err
	}
	f.want(expires(lifecycle.Rules) == e.NoncurrentDays[purpose], "R15: old versions in bucket %s expire after %d days, not %d", name, expires(lifecycle.Rules), e.NoncurrentDays[purpose])
	policy, err := a.S3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
	if err != nil {
		return err
	}
	f.want(onlyTLS(*policy.Policy, name), "R15: bucket %s takes requests without TLS", name)
	return nil
}

// expires is after how many days an old version goes; 0 for never.
func expires(rules []types.LifecycleRule) int32 {
	for _, rule := range rules {
		if rule.Status == types.ExpirationStatusEnabled && rule.NoncurrentVersionExpiration != nil {
			return *rule.NoncurrentVersionExpiration.NoncurrentDays
		}
	}
	return 0
}

// onlyTLS tells whether a policy denies everybody everything without TLS.
func onlyTLS(policy, bucket string) bool {
	for _, s := range read(policy).Statement {
		if s.Effect == "Deny" && slices.Contains(s.Action, "s3:*") && slices.Contains(s.Condition["Bool"]["aws:SecureTransport"], "false") {
			return slices.ContainsFunc(s.Resource, func(r string) bool { return strings.HasSuffix(r, ":"+bucket) }) &&
				slices.ContainsFunc(s.Resource, func(r string) bool { return strings.HasSuffix(r, ":"+bucket+"/*") })
		}
	}
	return false
}
