# SPDX-License-Identifier: GPL-3.0-or-later
"""Random days that failed once, each as short as it was found, to be played again."""

from __future__ import annotations

from .editors_day import Op

MENDED: list[tuple[list[Op], int]] = [
    (
        [
            ("rename_shape", 375, 222, 64),
            ("generate", 90, 994, 636),
            ("generate", 592, 98, 585),
            ("mute", 506, 404, 210),
            ("move_all", 211, 292, 43),
            ("move_key", 334, 892, 91),
            ("include", 121, 232, 393),
        ],
        1217,
    ),
    (
        [
            ("replace_take", 194, 249, 608),
            ("generate", 842, 523, 96),
            ("hand_key", 495, 30, 876),
            ("output", 768, 542, 778),
        ],
        1441,
    ),
    (
        [
            ("cut", 238, 667, 739),
            ("replace_take", 396, 343, 798),
            ("generate", 739, 805, 206),
            ("duplicate_strip", 837, 607, 578),
            ("replace_take", 148, 390, 357),
            ("replace_take", 324, 955, 433),
            ("move_all", 228, 242, 471),
            ("rename_shape", 307, 675, 407),
            ("frame_rate", 881, 413, 856),
            ("away_and_back", 485, 472, 878),
        ],
        1307,
    ),
    (
        [
            ("generate", 464, 35, 155),
            ("frame_rate", 46, 632, 722),
            ("cut", 410, 224, 647),
            ("generate", 490, 660, 458),
            ("move_strip", 636, 131, 786),
            ("slide", 995, 948, 781),
            ("away_and_back", 217, 367, 826),
        ],
        1406,
    ),
    (
        [
            ("move_strip", 244, 740, 796),
            ("generate", 708, 176, 323),
            ("cut", 246, 651, 22),
            ("generate", 304, 788, 155),
            ("move_key", 936, 10, 869),
            ("duplicate_strip", 180, 603, 330),
            ("mute", 784, 537, 354),
            ("move_strip", 832, 80, 3),
            ("output", 592, 282, 836),
        ],
        6066,
    ),
    (
        [
            ("generate", 673, 499, 219),
            ("generate", 454, 23, 880),
            ("move_strip", 650, 844, 708),
            ("generate", 286, 110, 80),
            ("frame_rate", 833, 461, 554),
            ("move_key", 446, 770, 926),
            ("away_and_back", 362, 308, 165),
        ],
        8254,
    ),
    (
        [
            ("other_scene", 44, 769, 720),
            ("generate", 124, 644, 231),
            ("replace_take", 705, 130, 899),
            ("halves", 204, 535, 7),
            ("generate", 642, 156, 299),
            ("generate", 574, 160, 916),
            ("hand_key", 55, 373, 565),
            ("include", 394, 338, 623),
        ],
        30099,
    ),
    (
        [
            ("replace_take", 781, 801, 699),
            ("hand_key", 310, 11, 926),
            ("slide", 809, 994, 296),
            ("head_motion", 239, 82, 311),
            ("mute_channel", 594, 673, 366),
            ("hand_key", 930, 731, 578),
            ("delete_key", 523, 297, 865),
            ("generate", 394, 976, 652),
            ("hand_key", 180, 668, 917),
            ("generate", 965, 491, 488),
            ("replace_take", 405, 610, 116),
            ("move_key", 817, 823, 471),
            ("halves", 37, 953, 336),
            ("generate", 861, 544, 908),
        ],
        36115,
    ),
    (
        [
            ("replace_take", 118, 654, 690),
            ("generate", 794, 117, 778),
            ("move_key", 277, 996, 404),
            ("cut", 261, 455, 740),
            ("frame_rate", 459, 408, 800),
            ("slide", 424, 423, 478),
        ],
        41020,
    ),
    (
        [
            ("replace_take", 66, 895, 252),
            ("link_characters", 597, 964, 283),
            ("generate", 454, 355, 66),
            ("save_as", 682, 479, 622),
        ],
        9008,
    ),
    (
        [
            ("generate", 389, 20, 240),
            ("output", 913, 13, 968),
            ("link_characters", 661, 341, 0),
            ("slide", 406, 506, 980),
        ],
        9005,
    ),
    ([("share_slot", 92, 517, 396), ("generate", 74, 19, 695)], 10003),
    (
        [
            ("replace_take", 596, 139, 947),
            ("share_action", 420, 188, 272),
            ("copy_linked", 366, 507, 303),
            ("generate", 241, 778, 189),
            ("head_motion", 984, 660, 177),
        ],
        10008,
    ),
    (
        [
            ("generate", 894, 18, 153),
            ("share_slot", 263, 790, 402),
            ("hand_key", 652, 704, 90),
            ("rename_shape", 220, 734, 298),
        ],
        10014,
    ),
    (
        [
            ("include", 771, 920, 538),
            ("generate", 162, 874, 755),
            ("add_strip", 765, 15, 875),
            ("copy_linked", 852, 595, 649),
            ("copy_linked", 231, 812, 844),
            ("generate", 375, 992, 161),
            ("include", 42, 504, 697),
            ("generate", 403, 222, 235),
            ("generate", 992, 56, 697),
            ("generate", 176, 580, 748),
            ("quiet_moment", 83, 151, 75),
            ("frame_rate", 239, 613, 574),
            ("slide", 4, 688, 414),
            ("away_and_back", 192, 992, 242),
        ],
        10082,
    ),
    (
        [
            ("generate", 349, 737, 732),
            ("output", 697, 729, 383),
            ("move_key", 497, 917, 285),
            ("divide", 227, 462, 463),
            ("output", 291, 413, 283),
        ],
        6045,
    ),
    ([("include", 932, 542, 304), ("copy_linked", 795, 173, 474)], 10010),
]
"""Days that failed once, as they were told: operations and the kind of file they begin with."""
