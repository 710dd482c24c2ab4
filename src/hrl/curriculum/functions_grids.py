"""Families about matrices and grids: lists of rows of equal length, or of strings with walls."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
GRID_FAMILIES: tuple[Family, ...] = (
    F(
        "diagonal_gap",
        "a_square",
        "int",
        value(
            "the sum of the diagonal of $a_square from top left to bottom right minus the sum of its other "
            "diagonal",
            "by how much the main diagonal of the square matrix $a_square sums to more than the diagonal "
            "from top right to bottom left, negative if it sums to less",
        ),
        "return sum(row[i] - row[-1 - i] for i, row in enumerate($a_square))",
        names=("diagonal_gap", "diagonals"),
    ),
    F(
        "framed_grid",
        "a_grid",
        "list[list[int]]",
        change(
            "put a frame of the number $K, one cell wide, around $a_grid",
            "surround $a_grid with a border of cells that are $K, so that it grows by two rows and two "
            "columns",
            "add a row of $K above and below $a_grid and a column of $K on its left and right, corners "
            "included",
        ),
        "edge = [$K] * (len($a_grid[0]) + 2)\n"
        "return [edge, *[[$K, *row, $K] for row in $a_grid], list(edge)]",
        {"K": (0, 30)},
        ("frame", "add_border"),
    ),
    F(
        "quarter_turn_left",
        "a_grid",
        "list[list[int]]",
        change(
            "turn $a_grid by a quarter to the left (against the clock)",
            "rotate $a_grid by 90 degrees counterclockwise",
            "turn the matrix $a_grid so that its last column, read from the top, becomes its first row",
        ),
        "return [list(column) for column in zip(*$a_grid)][::-1]",
        names=("turn_left", "rotate_left"),
    ),
    F(
        "saddle_points",
        "a_grid",
        "list[tuple[int, int]]",
        value(
            "all positions (row, column) of $a_grid whose cell is a largest one of its row and a smallest "
            "one of its column",
            "the saddle points of $a_grid, as tuples (row, column): cells that no cell of their row "
            "exceeds and no cell of their column falls below",
            edge="Rows and columns count from 0, and the positions come row by row, from left to right.",
        ),
        "out = []\n"
        "for y, row in enumerate($a_grid):\n"
        "    for x, cell in enumerate(row):\n"
        "        if cell == max(row) and cell == min(line[x] for line in $a_grid):\n"
        "            out.append((y, x))\n"
        "return out",
        names=("saddle_points", "saddles"),
        level="medium",
    ),
    F(
        "neighbour_counts",
        "a_bits",
        "list[list[int]]",
        value(
            "a grid of the same shape as $a_bits, with, for each cell, how many of its up to eight "
            "neighbours in $a_bits are 1",
            "for every cell of $a_bits, which holds zeros and ones, the number of ones around it, as a grid",
            "the grid of neighbour counts of $a_bits: each cell becomes the sum of the cells that touch "
            "it at a side or corner",
            edge="The cell itself does not count.",
        ),
        "out = []\n"
        "for y, row in enumerate($a_bits):\n"
        "    counts = []\n"
        "    for x, cell in enumerate(row):\n"
        "        near = [line[max(0, x - 1):x + 2] for line in $a_bits[max(0, y - 1):y + 2]]\n"
        "        counts.append(sum(map(sum, near)) - cell)\n"
        "    out.append(counts)\n"
        "return out",
        names=("neighbour_counts", "count_around"),
        level="medium",
    ),
    F(
        "falling_path",
        "a_grid",
        "int",
        value(
            "the smallest sum of a path through $a_grid that takes one cell of each row, from the first "
            "row to the last, and moves at most one column to the side with every row",
            "the cheapest way down $a_grid, as the sum of its cells: it starts anywhere in the first row, "
            "ends anywhere in the last, and each step goes straight or diagonally down",
        ),
        "best = $a_grid[0]\n"
        "for row in $a_grid[1:]:\n"
        "    best = [cell + min(best[max(0, x - 1):x + 2]) for x, cell in enumerate(row)]\n"
        "return min(best)",
        names=("falling_path", "cheapest_way"),
        level="medium",
    ),
    F(
        "paint_region",
        "a_colours",
        "list[list[int]]",
        change(
            "paint with $K the region of equal cells of $a_colours that contains the top left cell, and "
            "leave all other cells as they are",
            "flood fill $a_colours with $K, starting at the top left cell",
            "replace by $K, in a copy of $a_colours, every cell that is reached from the top left cell "
            "over cells of its number",
            edge="Cells are connected at their sides, not at their corners, and have the same number.",
        ),
        "out = [list(row) for row in $a_colours]\n"
        "old = out[0][0]\n"
        "todo = [(0, 0)]\n"
        "while todo:\n"
        "    y, x = todo.pop()\n"
        "    if 0 <= y < len(out) and 0 <= x < len(out[0]) and out[y][x] == old != $K:\n"
        "        out[y][x] = $K\n"
        "        todo += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]\n"
        "return out",
        {"K": (2, 30)},
        ("paint", "flood_fill"),
        level="hard",
    ),
    F(
        "spiral_square",
        "a_side",
        "list[list[int]]",
        value(
            "a square of $a_side rows and columns with consecutive numbers, $K first, along a spiral",
            "the $a_side by $a_side grid filled with consecutive numbers from $K on, in a spiral",
            edge="The spiral starts at the top left, goes right first and turns clockwise inwards; for 0 "
            "the result is an empty list.",
        ),
        "out = [[None] * $a_side for _ in range($a_side)]\n"
        "y, x, dy, dx = 0, 0, 0, 1\n"
        "for number in range($K, $K + $a_side * $a_side):\n"
        "    out[y][x] = number\n"
        "    inside = 0 <= y + dy < $a_side and 0 <= x + dx < $a_side\n"
        "    if not inside or out[y + dy][x + dx] is not None:\n"
        "        dy, dx = dx, -dy\n"
        "    y += dy\n"
        "    x += dx\n"
        "return out",
        {"K": (0, 20)},
        ("spiral", "spiral_square"),
        level="hard",
    ),
    F(
        "shortest_walk",
        "a_maze",
        "int",
        value(
            "the smallest number of steps from the top left to the bottom right cell of $a_maze",
            "how many steps a shortest walk through $a_maze takes, from its top left to its bottom right "
            "cell",
            edge='A step goes one cell up, down, left or right; "." is free and "#" is a wall. Without a '
            "walk, or if one of the two cells is a wall, the result is -1.",
        ),
        "last = (len($a_maze) - 1, len($a_maze[0]) - 1)\n"
        "queue = [(0, 0, 0)]\n"
        "seen = set()\n"
        "for y, x, far in queue:\n"
        "    outside = not (0 <= y <= last[0] and 0 <= x <= last[1])\n"
        '    if outside or (y, x) in seen or $a_maze[y][x] == "#":\n'
        "        continue\n"
        "    if (y, x) == last:\n"
        "        return far\n"
        "    seen.add((y, x))\n"
        "    for dy, dx in ((1, 0), (-1, 0), (0, 1), (0, -1)):\n"
        "        queue.append((y + dy, x + dx, far + 1))\n"
        "return -1",
        names=("shortest_walk", "steps_through"),
        level="hard",
    ),
)
