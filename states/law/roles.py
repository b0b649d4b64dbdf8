"""The functions that the procedures speak of, by the words of the texts."""

from states.people import Role

# property-management office 管理處
staff = Role("staff", "管理處員工")
foreman = Role("foreman", "維修領班")
repairer = Role("repairer", "維修人員")
manager = Role("manager", "管理處主任")
superior = Role("superior", "上級單位", outside=True)
fire_list = Role("fire_list", "消防有關人員")
emergency_list = Role("emergency_list", "緊急事件有關人員")
# mechanisms, never persons
clock = Role("clock", "時鐘", human=False)
outcome = Role("outcome", "關聯個案的結果", human=False)
archive_flow = Role("archive_flow", "歸檔程序", human=False)
# finance bureau 財政局
member = Role("member", "處理小組成員")
group_head = Role("group_head", "處理小組組長")
custodian = Role("custodian", "保密專管員")
party_group = Role("party_group", "局黨組")
auditor = Role("auditor", "審計人員")
official = Role("official", "機關工作人員")
superior_body = Role("superior_body", "上級有關部門", outside=True)
assigned = Role("assigned", "上級指派人員", outside=True)
# hotel 飯店
hotel_staff = Role("hotel_staff", "飯店員工")
supervisor = Role("supervisor", "部門主管")
dept_manager = Role("dept_manager", "部門經理")
duty_manager = Role("duty_manager", "總值班經理", rostered=True)
general_manager = Role("general_manager", "總經理")
gm_delegate = Role("gm_delegate", "受總經理書面委託者", delegated_by="general_manager")
owner = Role("owner", "業主", outside=True)
guest_list = Role("guest_list", "重要客人名單", human=False)
# known by a receipt code, and no member of the office
complainant = Role("complainant", "投訴人", human=False)
