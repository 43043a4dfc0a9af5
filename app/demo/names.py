"""Names for people and bodies that do not exist, put together at random from common parts."""

from random import Random

SURNAMES = (
    "陈林黄张李王吴刘蔡杨郑许谢郭洪曾周徐"
    "叶何苏江庄吕罗高萧潘朱简钟彭游詹胡施沈余赵卢梁颜柯翁魏孙戴范方宋邓杜傅侯曹薛丁卓马董唐蓝石冯温姚程"
)
GIVEN_FIRST = "子晓佳志雅文思丽建国秀美海春明俊嘉欣婉德永慧玉淑家宏宇若梓浩诗凯静怡博承安"
GIVEN_SECOND = "明华强芳敏静伟杰婷雪玲涛超军勇燕娟霞平刚丹莹鑫宁琳辉斌洁妍悦然轩涵琪彤宜"

AGENCIES = (
    ("同行社会工作服务中心", "Tongxing Social Work Centre"),
    ("暖邻社会服务社", "Nuanlin Social Service"),
    ("启航社工发展中心", "Qihang Social Work Development Centre"),
    ("春晖长者服务中心", "Chunhui Elder Care Centre"),
    ("向日葵社会服务中心", "Sunflower Social Service Centre"),
    ("和睦家庭服务社", "Hemu Family Service"),
    ("绿榕社区发展中心", "Green Banyan Community Centre"),
    ("星桥残障服务中心", "Starbridge Disability Services"),
)

ACTIVITIES = {
    "elder_visit": (
        ("周末长者探访", "入户探望独居长者，聊天、测血压、看看家里缺什么。"),
        ("长者电话问候", "在社区中心给独居长者打电话问候。"),
    ),
    "companionship": (("陪诊陪伴", "陪行动不便的长者到社区医院看病取药。"),),
    "after_school": (
        ("四点半课堂", "陪小学生写作业、做游戏，等家长下班。"),
        ("周末阅读会", "带孩子们读绘本、讲故事。"),
    ),
    "family_counselling": (("亲子沙龙", "协助社工组织亲子沟通小组。"),),
    "disability_rehab": (
        ("康复训练陪练", "在康复师指导下陪残障朋友做训练。"),
        ("手工坊", "和残障朋友一起做手工。"),
    ),
    "group_work": (("长者智能手机小组", "教长者用手机挂号、付款、视频。"),),
    "community_event": (("社区便民日", "理发、磨刀、修小家电，搬桌子、引导居民。"),),
    "environment": (("楼道清洁日", "和居民一起清楼道、认领花坛。"),),
}
RISKS = {
    "elder_visit": "入户服务须两人同行，注意楼梯湿滑；不得收受长者财物。",
    "disability_rehab": "训练动作须听从康复师指导，防止拉伤。",
    "environment": "使用工具须戴手套，避免高处作业。",
}
PLAIN_RISK = "活动在室内进行，风险较低；请听从带队社工安排。"

DETAILS = (
    "独居，腿脚不便，希望有人每周上门看看。",
    "出院不久，需要人陪同复诊。",
    "子女在外地，想有人聊聊天。",
    "放学后没人接，希望安排课后托管。",
    "需要做居家康复训练。",
    "家里电灯坏了，不会换。",
)


def person(random: Random) -> str:
    """A name of two or three characters."""
    given = random.choice(GIVEN_FIRST) + (random.choice(GIVEN_SECOND) if random.random() < 0.8 else "")
    return random.choice(SURNAMES) + given
