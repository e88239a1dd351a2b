package nodepool

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// launchTemplate leaves the default version alone: node groups state theirs, and with
// updateDefaultVersion a change of tags alone has the provider set the default to version
// 0, which AWS refuses (pulumi-aws#1504).
func (p pool) launchTemplate() resource.Resource {
	template := ec2.LaunchTemplateParameters_2{
		Region:              &p.Region,
		Name:                &p.spec.LaunchTemplate,
		Description:         new("Nodes of pool " + p.spec.Pool + " of " + p.Name),
		ImageID:             p.image(),
		InstanceType:        resource.Optional(p.spec.InstanceType),
		UserData:            p.userData(),
		BlockDeviceMappings: []ec2.BlockDeviceMappingsParameters{p.rootVolume()},
		MetadataOptions: &ec2.LaunchTemplateMetadataOptionsParameters{
			HTTPEndpoint:            new("enabled"),
			HTTPTokens:              new("required"),
			HTTPPutResponseHopLimit: resource.Number(2),
		},
		TagSpecifications: p.tagSpecifications(),
		Tags:              p.TagsOf(p.spec.LaunchTemplate, p.ownTags()),
	}
	if p.spec.Adopted != nil {
		// a description or another key pair would be a version, and roll the nodes
		template.Description, template.KeyName = nil, resource.Optional(p.spec.Adopted.KeyPair)
	}
	var found ec2.LaunchTemplateInitParameters_2
	if p.spec.Adopted != nil && p.spec.Adopted.UserDataAsFound {
		// another text, even with the same settings, would be a version, and roll the nodes:
		// of what is below initProvider only, the provider overlooks differences
		found.UserData, template.UserData = template.UserData, nil
	}
	group := []v1alpha1.Reference{p.spec.SecurityGroup}
	template.VPCSecurityGroupIds, template.VPCSecurityGroupIDRefs = resource.ResolveAll(group)
	return p.Managed("template", ec2.LaunchTemplate_GroupVersionKind, &ec2.LaunchTemplate{
		Spec: ec2.LaunchTemplateSpec{ForProvider: template, InitProvider: found},
	}).ExportingText("status.atProvider.latestVersion", "launchTemplateVersion")
}

// image is nil where EKS chooses it.
func (p pool) image() *string {
	if p.spec.Image == nil {
		return nil
	}
	return &p.spec.Image.ID
}

// userData is nil where nodes start as EKS has them start. To nodes of an image of
// the user EKS says nothing: the plan's text is without the address of the cluster,
// which only AWS knows, and its end.
func (p pool) userData() *string {
	if p.spec.UserData == "" {
		return nil
	}
	text := p.spec.UserData
	if image := p.spec.Image; image != nil {
		text += "    apiServerEndpoint: " + image.Endpoint + "\n    certificateAuthority: " + image.CertificateAuthority + "\n\n--//--\n"
	}
	return new(resource.Base64(text))
}

// rootVolume is the disk of a node; /dev/xvda is the root of EKS's images. Its
// booleans are texts.
func (p pool) rootVolume() ec2.BlockDeviceMappingsParameters {
	return ec2.BlockDeviceMappingsParameters{
		DeviceName: new("/dev/xvda"),
		EBS: &ec2.EBSParameters{
			DeleteOnTermination: new("true"),
			Encrypted:           new("true"),
			KMSKeyID:            resource.Optional(p.spec.KeyARN),
			VolumeType:          &p.spec.Disk.Type,
			VolumeSize:          resource.Number(p.spec.Disk.SizeGiB),
			Iops:                resource.OptionalNumber(p.spec.Disk.IOPS),
			Throughput:          resource.OptionalNumber(p.spec.Disk.ThroughputMiBps),
		},
	}
}

// tagSpecifications tag what an instance is started with. The interfaces that the VPC
// CNI adds later have their tags from it.
func (p pool) tagSpecifications() []ec2.TagSpecificationsParameters {
	specifications := []ec2.TagSpecificationsParameters{p.tagsOf("instance"), p.tagsOf("volume")}
	if p.spec.TagInterfaces {
		specifications = append(specifications, p.tagsOf("network-interface"))
	}
	return specifications
}

func (p pool) tagsOf(resourceType string) ec2.TagSpecificationsParameters {
	return ec2.TagSpecificationsParameters{ResourceType: &resourceType, Tags: resource.TextMap(p.spec.InstanceTags)}
}
