"""Sentences of which the English filler articles are made."""

from __future__ import annotations

VALUES = {
    "p": (
        "Lac Son",
        "Tan Lac",
        "Mai Chau",
        "Da Bac",
        "Kim Boi",
        "Luong Son",
        "Cao Phong",
        "Yen Thuy",
        "Lac Thuy",
    ),
    "c": ("Phong Phu", "Nhan Nghia", "Hang Kia", "Toan Son", "Vinh Dong", "Cu Yen", "Thu Phong", "Bao Hieu"),
    "w": ("farmers", "young people", "local women", "veterans", "teachers", "households", "cooperatives"),
    "m": ("January", "March", "April", "June", "August", "October", "November", "December"),
    "g": (
        "pomelos",
        "sugar cane",
        "honey",
        "tea",
        "bamboo shoots",
        "cage fish",
        "medicinal herbs",
        "brocade",
    ),
}

HEADLINES = (
    "{p} district speeds up rural road building",
    "New life for the {g} growers of {c}",
    "{c} commune: {w} join hands",
    "{p} looks for markets for its {g}",
    "Training course held for {w} in {p}",
    "Festival season opens in {p}",
)

LEADS = (
    "In {m}, {n} {w} in {p} district took part in a programme to improve living conditions in {c} commune.",
    "The people of {c} commune, {p} district have raised {n} million VND to build a road through their "
    "fields.",
    "Once known only for {g}, {c} commune in {p} district now welcomes {n} visitors a month.",
    "A meeting in {p} has reviewed {n} models run by {w} and set out tasks until {m}.",
)

SENTENCES: dict[int, tuple[str, ...]] = {
    0: (
        "According to the district office, {n} families have signed up since {m}.",
        "The road to {c} is paved now and lorries can reach the last hamlet even in the rain.",
        "Each hamlet of {c} keeps a book in which every working day is written down by the {w}.",
        "Income per head has grown by {n} thousand VND within a year, mostly thanks to {g}.",
        "Experts taught {w} how to prune, water and keep pests away without chemicals.",
        "Nearly {n} pupils from {c} and the hamlets around received books and warm clothes.",
        "The bank for social policies has lent {n} million VND to {w} at a low rate.",
        "A buyer from Hanoi signed a contract for {n} tonnes of {g} before the harvest.",
        "In the evenings the gong club of {c} plays in front of the cultural house.",
        "The water supply built in {m} serves {n} homes on both sides of the stream.",
        "Elderly people in {p} are visited by a doctor on the first Monday of the month.",
        "The slopes above {c} have been planted with {n} hectares of acacia and cinnamon.",
        "Visitors like to stay in stilt houses and to cook with their hosts.",
        "Officials of {p} walked from house to house to explain the new rules to {w}.",
        "A fair for {g} is planned for {m} at the stadium of the district town.",
        "Internet has reached {n} hamlets, so that {w} can sell from home.",
        "Two teams of {w} clear the canals before each crop.",
        "The football field was levelled by volunteers in only {n} hours of work.",
        "The price of {g} fell after the flood but has recovered since {m}.",
        "Those who gave land for the road in {c} asked for nothing in return.",
        "Seedlings are raised in a nursery of {n} square metres beside the school.",
        "From {m} on, waste is collected twice a week in all hamlets of {c}.",
        "The oldest weaver of {c} has taught {n} girls so far.",
        "In the dry months {w} in {p} store water in tanks cut into the rock.",
        "Next year the district wants {n} more households to leave the list of the poor.",
        "A bridge of steel replaces the bamboo one that every flood carried away.",
    ),
}
