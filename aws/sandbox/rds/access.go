package rds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/rds"

	"keyturn/aws/sandbox/wire"
)

// accesses lists what each request needs permission for. A new instance also
// uses the default option group, parameter group and subnet group (RDS User
// Guide, "Identity-based policy examples").
func (s *Service) accesses(operation string, in any) []wire.Access {
	action := "rds:" + operation
	switch in := in.(type) {
	case *rds.CreateDBInstanceInput:
		db := s.cloud.ARN("rds", "db:"+strings.ToLower(wire.Member(in, "DBInstanceIdentifier")))
		v := version{major: strings.Join(strings.SplitN(wire.Member(in, "EngineVersion")+"..", ".", 3)[:2], ".")}
		all := []wire.Access{
			{Action: action, Resource: db},
			{Action: action, Resource: s.cloud.ARN("rds", "og:"+v.optionGroup())},
			{Action: action, Resource: s.cloud.ARN("rds", "pg:"+v.parameterGroup())},
			{Action: action, Resource: s.cloud.ARN("rds", "subgrp:"+subnetGroupOf(in))},
		}
		if len(in.Tags) > 0 {
			all = append(all, wire.Access{Action: "rds:AddTagsToResource", Resource: db})
		}
		return all
	case *rds.CreateDBSubnetGroupInput:
		group := s.cloud.ARN("rds", "subgrp:"+strings.ToLower(wire.Member(in, "DBSubnetGroupName")))
		all := []wire.Access{{Action: action, Resource: group}}
		if len(in.Tags) > 0 {
			all = append(all, wire.Access{Action: "rds:AddTagsToResource", Resource: group})
		}
		return all
	case *rds.DescribeDBSubnetGroupsInput, *rds.DeleteDBSubnetGroupInput:
		name := strings.ToLower(wire.Member(in, "DBSubnetGroupName"))
		if name == "" {
			name = "*"
		}
		return []wire.Access{{Action: action, Resource: s.cloud.ARN("rds", "subgrp:"+name)}}
	case *rds.DescribeDBInstancesInput:
		id := strings.ToLower(wire.Member(in, "DBInstanceIdentifier"))
		if id == "" {
			id = "*"
		}
		return []wire.Access{{Action: action, Resource: s.cloud.ARN("rds", "db:"+id)}}
	}
	if name := wire.Member(in, "ResourceName"); name != "" {
		return []wire.Access{{Action: action, Resource: name}}
	}
	if id := wire.Member(in, "DBInstanceIdentifier"); id != "" {
		return []wire.Access{{Action: action, Resource: s.cloud.ARN("rds", "db:"+strings.ToLower(id))}}
	}
	return nil
}

func subnetGroupOf(in *rds.CreateDBInstanceInput) string {
	if name := wire.Member(in, "DBSubnetGroupName"); name != "" {
		return name
	}
	return "default"
}
