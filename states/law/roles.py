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
