"""Slack's names of the emoji that people use at work. Others stay as `:name:`, and so do a workspace's own."""

from __future__ import annotations

from typing import Final

_LISTED = """
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|clap 👏|raised_hands 🙌|pray 🙏|wave 👋|muscle 💪|handshake 🤝
point_up ☝️|point_down 👇|point_left 👈|point_right 👉|point_up_2 👆|v ✌️|crossed_fingers 🤞|fist 👊
facepunch 👊|hand ✋|raised_hand ✋|writing_hand ✍️|call_me_hand 🤙|the_horns 🤘|open_hands 👐|eyes 👀|brain 🧠
heart ❤️|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍
orange_heart 🧡|broken_heart 💔|two_hearts 💕|sparkling_heart 💖|heartpulse 💗|heart_eyes 😍|smile 😄|smiley 😃
grinning 😀|grin 😁|laughing 😆|satisfied 😆|joy 😂|rolling_on_the_floor_laughing 🤣|rofl 🤣|sweat_smile 😅
slightly_smiling_face 🙂|simple_smile 🙂|upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|relaxed ☺️
star-struck 🤩|kissing_heart 😘|hugging_face 🤗|thinking_face 🤔|thinking 🤔|face_with_rolling_eyes 🙄
neutral_face 😐|expressionless 😑|smirk 😏|unamused 😒|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴
mask 😷|nerd_face 🤓|sunglasses 😎|partying_face 🥳|confused 😕|worried 😟|slightly_frowning_face 🙁
white_frowning_face ☹️|open_mouth 😮|astonished 😲|flushed 😳|pleading_face 🥺|fearful 😨|cold_sweat 😰|cry 😢
sob 😭|scream 😱|disappointed 😞|sweat 😓|weary 😩|tired_face 😫|triumph 😤|rage 😡|angry 😠|exploding_head 🤯
face_palm 🤦|facepalm 🤦|shrug 🤷|woman-shrugging 🤷‍♀️|man-shrugging 🤷‍♂️|stuck_out_tongue 😛
stuck_out_tongue_winking_eye 😜|yum 😋|drooling_face 🤤|money_mouth_face 🤑|zipper_mouth_face 🤐
shushing_face 🤫|saluting_face 🫡|melting_face 🫠|skull 💀|robot_face 🤖|ghost 👻|see_no_evil 🙈|hear_no_evil 🙉
speak_no_evil 🙊|poop 💩|hankey 💩|fire 🔥|100 💯|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|birthday 🎂
cake 🍰|champagne 🍾|beers 🍻|beer 🍺|clinking_glasses 🥂|coffee ☕|tea 🍵|pizza 🍕|taco 🌮|popcorn 🍿|trophy 🏆
medal 🏅|first_place_medal 🥇|second_place_medal 🥈|third_place_medal 🥉|rocket 🚀|star ⭐|star2 🌟|sparkles ✨
zap ⚡|boom 💥|dizzy 💫|sunny ☀️|rainbow 🌈|snowflake ❄️|umbrella ☔|ocean 🌊|christmas_tree 🎄
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎
heavy_multiplication_x ✖️|heavy_plus_sign ➕|heavy_minus_sign ➖|question ❓|grey_question ❔|exclamation ❗
heavy_exclamation_mark ❗|bangbang ‼️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑
rotating_light 🚨|construction 🚧|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡
large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|arrow_up ⬆️|arrow_down ⬇️
arrow_left ⬅️|arrow_right ➡️|arrow_upper_right ↗️|arrow_lower_right ↘️|leftwards_arrow_with_hook ↩️
arrows_counterclockwise 🔄|recycle ♻️|new 🆕|up 🆙|free 🆓|sos 🆘|information_source ℹ️|one 1️⃣|two 2️⃣
three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|zero 0️⃣|bell 🔔|no_bell 🔕
loudspeaker 📢|mega 📣|speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️|email 📧|e-mail 📧
envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|package 📦|phone ☎️|telephone_receiver 📞
iphone 📱|computer 💻|desktop_computer 🖥️|camera 📷|video_camera 📹|movie_camera 🎥|tv 📺|headphones 🎧
microphone 🎤|bulb 💡|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓|key 🔑|hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️
gear ⚙️|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|scissors ✂️|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋
page_facing_up 📄|page_with_curl 📃|bookmark 🔖|books 📚|book 📖|newspaper 📰|file_folder 📁|open_file_folder 📂
calendar 📅|date 📅|spiral_calendar_pad 🗓️|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉
bar_chart 📊|alarm_clock ⏰|stopwatch ⏱️|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|moneybag 💰|dollar 💵
euro 💶|pound 💷|credit_card 💳|money_with_wings 💸|gem 💎|art 🎨|dart 🎯|game_die 🎲|jigsaw 🧩|musical_note 🎵
ship 🚢|airplane ✈️|car 🚗|bike 🚲|house 🏠|office 🏢|palm_tree 🌴|beach_with_umbrella 🏖️|earth_africa 🌍
earth_americas 🌎|earth_asia 🌏|globe_with_meridians 🌐|seedling 🌱|herb 🌿|four_leaf_clover 🍀|rose 🌹
sunflower 🌻|bouquet 💐|dog 🐶|cat 🐱|unicorn_face 🦄|bug 🐛|bee 🐝|turtle 🐢|whale 🐳|monkey_face 🐵
raising_hand 🙋|ok_woman 🙆|no_good 🙅|bow 🙇|dancer 💃|man_dancing 🕺|runner 🏃|walking 🚶|baby 👶
bust_in_silhouette 👤|busts_in_silhouette 👥|jack_o_lantern 🎃|crown 👑|ring 💍|flag-de 🇩🇪|flag-us 🇺🇸
us 🇺🇸|flag-gb 🇬🇧|gb 🇬🇧|de 🇩🇪|fr 🇫🇷|flag-fr 🇫🇷|es 🇪🇸|flag-es 🇪🇸|it 🇮🇹|flag-it 🇮🇹|flag-nl 🇳🇱
flag-at 🇦🇹|flag-ch 🇨🇭|flag-eu 🇪🇺|checkered_flag 🏁|triangular_flag_on_post 🚩|crossed_flags 🎌
"""

EMOJI: Final[dict[str, str]] = {
    name: character
    for entry in _LISTED.replace("\n", "|").split("|")
    for name, _, character in [entry.partition(" ")]
    if character
}
TONES: Final = {"2": "\U0001f3fb", "3": "\U0001f3fc", "4": "\U0001f3fd", "5": "\U0001f3fe", "6": "\U0001f3ff"}
"""Skin tones by their number in `:skin-tone-2:`."""
