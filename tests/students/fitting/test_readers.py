"""The three formats, by the examples and rules in their makers' own documents."""

import math

import pytest

from teachgym.students.fitting import read_log, stream_assistments, stream_ednet, stream_pykt

DAY = 86_400_000

# The example of pyKT's documents ("Output data format"), spaces after commas and all.
PYKT = """50121, 4 
106101, 106102, 106103, 106104 
7014, 7012, 7014, 7013 
0, 1, 1, 1 
1647409594000, 1647409601000, 1647409666000, 1647409694000 
123, 234, 456, 789 
"""


@pytest.fixture
def write(tmp_path):
    def to(text, name="log.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return to


def test_pykt(write):
    path = write(PYKT + "b,2\nNA\nx_y,x\n1,0\nNA\nNA\n" + "c,1\nq\nNA\n1\n0\nNA\n\n\n")
    first, second, third = stream_pykt(path)
    assert first.student == "50121"
    assert first.items == ["106101", "106102", "106103", "106104"]
    assert first.concepts == [("7014",), ("7012",), ("7014",), ("7013",)]
    assert first.correct == [False, True, True, True]
    assert [day * DAY for day in first.days] == pytest.approx(
        [1647409594000, 1647409601000, 1647409666000, 1647409694000], abs=1
    )
    assert second.items == ["x_y", "x"] and second.concepts == [("x", "y"), ("x",)]
    assert all(map(math.isnan, second.days))
    assert third.items == ["q"] and third.concepts == [("q",)] and third.days == [0.0]
    log = read_log(path, "pykt")
    assert len(log) == 7 and log.students == ("50121", "b", "c")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x\n", "line 1: expected 'student,number of answers', not 'x'"),
        ("a,1\nq\n", "line 2: the file ends after 2 of the six lines of student 'a'"),
        ("a,2\nq,q\nk\n1,1\nNA\nNA\n", r"line 3: expected the 2 concepts of student 'a'.*not 1"),
        ("a,2\nq,q\nk,k\n1,\nNA\nNA\n", "line 4, entry 2: expected the answer to be 0 or 1"),
        ("a,2\nq,\nk,k\n1,1\nNA\nNA\n", "line 2, entry 2: the item of student 'a' is missing"),
        ("a,2\nq,q\nk,k_\n1,1\nNA\nNA\n", "line 3, entry 2: the concept of student 'a' is missing"),
        ("a,1\nq\nk\nNA\nNA\nNA\n", "line 4: expected responses, not NA"),
        ("a,1\nNA\nNA\n1\nNA\nNA\n", "line 2: expected questions or concepts"),
        (
            "a,2\nq,q\nk,k\n1,1\n172800000,86400000\nNA\n",
            "line 5, entry 2: the times of student 'a' run backwards, 1 days",
        ),
        ("a,1\nq\nk\n1\nsoon\nNA\n", "line 5, entry 1: expected a number or a date.*'soon'"),
        (PYKT + PYKT, "line 7: student '50121' has been before"),
        (PYKT + "b,1\nq\nk\n2\nNA\nNA\n", "line 10, entry 1: expected the answer.*not '2'"),
    ],
)  # fmt: skip
def test_broken_pykt_names_file_and_line(write, text, message):
    with pytest.raises(ValueError, match=r"log\.csv, " + message):
        list(stream_pykt(write(text)))


def test_files_that_hold_no_text_or_no_table_are_named(write):
    binary = write("")
    binary.write_bytes(bytes(range(128, 256)))
    with pytest.raises(ValueError, match=r"log\.csv, line 1: expected 'student,number of answers'"):
        list(stream_pykt(binary))
    binary.write_bytes(bytes(range(14, 34)))
    with pytest.raises(ValueError, match=r"line 1: expected a column 'user_id', .* '\\x0e.{,300}$"):
        list(stream_assistments(binary))
    unclosed = write(ASSISTMENTS + '"' + "a" * 200_000)
    with pytest.raises(ValueError, match=r"log\.csv, line 6: this is no CSV: field larger"):
        list(stream_assistments(unclosed))


def test_lenient_reading_drops_and_sorts(write):
    path = write("a,4\nq,,q,r\nk,k,k,k\n1,1,2,0\n9,3,4,5\nNA\n")
    (record,) = stream_pykt(path, strict=False)
    assert record.items == ["r", "q"] and record.correct == [False, True]
    assert record.dropped == 2


ASSISTMENTS = """order_id,assignment_id,user_id,problem_id,correct,skill_id,skill_name
33022537,277618,64525,51424,1,1,Box and Whisker
33022709,277618,64525,51435,0,1,Box and Whisker
35450204,220674,70363,51950,0,9_15,"Stem, Leaf"
33022600,277618,64525,51425,1,1,Box and Whisker
"""


def test_assistments(write):
    first, second = stream_assistments(write(ASSISTMENTS))
    assert (first.student, second.student) == ("64525", "70363")
    assert first.items == ["51424", "51425", "51435"]  # by order_id
    assert first.correct == [True, True, False]
    assert second.concepts == [("9", "15")]
    by_name = list(stream_assistments(write(ASSISTMENTS), concept="skill_name", order="problem_id"))
    assert by_name[0].concepts == [("Box and Whisker",)] * 3
    assert by_name[0].correct == [True, True, False]
    assert by_name[1].concepts == [("Stem, Leaf",)]


def test_lenient_assistments_counts_what_it_drops(write):
    rows = "1,a,p,1,x\n2,a,p,,x\n3,b,p,0.5,x\n,a,p,1,x\n4,c,p,0,x\n5,c,,0,x\n"
    path = write("order_id,user_id,problem_id,correct,skill_id\n" + rows)
    log = read_log(path, "assistments", strict=False)
    assert log.students == ("a", "c") and log.dropped == 4


def test_assistments_rows_of_one_answer_are_joined(write):
    head = "order_id,user_id,problem_id,correct,skill_id\n"
    (record,) = stream_assistments(write(head + "1,a,p,1,x\n1,a,p,1,y\n1,a,p,1,x\n2,a,p,0,x\n"))
    assert record.concepts == [("x", "y"), ("x",)] and record.correct == [True, False]
    path = write(head + "0,a,p,1,z\n1,a,p,,x\n1,a,p,1,x\n1,a,p,0,y\n1,a,p,1,y\n")
    (record,) = stream_assistments(path, strict=False)
    assert record.concepts == [("z",), ("x", "y")] and record.dropped == 2
    with pytest.raises(ValueError, match="line 3: this answer was 1 for another concept"):
        list(stream_assistments(write(head + "1,a,p,1,x\n1,a,p,0,y\n")))


def test_assistments_with_names_and_dates_of_its_own(write):
    path = write(
        "who,what,skill_name,ok,when\n"
        "a,p,x,1,2012-09-28 15:11:27.51\na,q,x,0.0,2012-09-29T03:11:27.510\nb,q,x,1.0,2012-10-01\n"
    )
    names = {"student": "who", "item": "what", "correct": "ok", "time": "when"}
    first, second = stream_assistments(path, **names)
    assert first.days[1] - first.days[0] == pytest.approx(0.5)
    assert second.days == [pytest.approx(15614)]  # 2012-10-01: 42 years, 11 leap days, 273 days
    assert second.days == [42 * 365 + 11 + 273 - 0]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("user_id,problem_id\n", {}, "line 1: expected a column 'skill_name'.*'user_id', 'problem"),
        ("", {}, "line 1: expected a column 'user_id', but there are only none"),
        ("A", {"student": "learner"}, "line 1: expected a column 'learner'"),
        ("33022999,1,64525,5,0.5,1,Box\n", {}, "line 6: expected the answer to be 0 or 1.*'0.5'"),
        ("33022999,1,64525,5,1,,Box\n", {}, "line 6: the concept of student '64525' is missing"),
        ("33022999,1,64525,5,1,Box\n", {}, "line 6: expected 7 fields, not 6"),
        (",1,64525,5,1,1,Box\n", {}, "line 6: the order_id is missing"),
        ("1,1,,5,1,1,Box\n", {}, "line 6: the user_id is missing"),
        ("last,1,64525,5,1,1,Box\n", {}, "line 6: expected a number or a date.*'last'"),
        ("A", {"time": "problem_id", "order": "assignment_id"}, "line 5: the times.*run backwards"),
    ],
)
def test_broken_assistments_names_file_and_line(write, text, options, message):
    if text == "A" or text[:1].isdigit() or text.startswith((",", "last")):
        text = ASSISTMENTS + text.removeprefix("A")
    with pytest.raises(ValueError, match=r"log\.csv, " + message):
        list(stream_assistments(write(text), **options))


def test_unknown_unit_and_format(write):
    with pytest.raises(ValueError, match="unknown unit of time 'hours'"):
        list(stream_assistments(write(ASSISTMENTS), unit="hours"))
    with pytest.raises(ValueError, match="unknown format 'ednt'; did you mean 'ednet'"):
        read_log(write(ASSISTMENTS), "ednt")
    with pytest.raises(ValueError, match="no answers"):
        read_log(write(""), "pykt")


# Rows of the examples in EdNet's README.
QUESTIONS = """question_id,bundle_id,explanation_id,correct_answer,part,tags,deployed_at
q2319,b1707,e1707,a,3,179;53;183;184,1571279008033
q2320,b1707,e1707,d,3,52;183;184,1571279009205
q9,b9,e9,b,1,-1,1571279009205
"""
HEAD = "timestamp,solving_id,question_id,user_answer,elapsed_time\n"
KT1 = HEAD + "1548996377530,1,q2319,d,47000\n1548996378149,1,q2320,d,47000\n"


@pytest.fixture
def ednet(write, tmp_path):
    write(QUESTIONS, "contents/questions.csv")
    write(KT1, "KT1/u10.csv")
    write(HEAD + f"{DAY},1,q9,b,1\n{2 * DAY},2,q2319,a,1\n", "KT1/u2.csv")
    return tmp_path


def test_ednet(ednet):
    second, tenth = stream_ednet(ednet)
    assert (second.student, tenth.student) == ("u2", "u10")
    assert second.items == ["q2319"] and second.days == [2.0] and second.dropped == 1
    assert tenth.correct == [False, True]
    assert tenth.concepts == [("179", "53", "183", "184"), ("52", "183", "184")]
    assert [record.student for record in stream_ednet(ednet / "KT1")] == ["u2", "u10"]
    assert read_log(ednet, "ednet").concepts == ("179", "53", "183", "184", "52")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,2,q2319,a,1\n", "line 2: expected solving_id 1, not '2': records are missing"),
        ("1,1,q2319,a,1\n2,3,q2319,a,1\n", "line 3: expected solving_id 2 or 1, not '3'"),
        ("1,x,q2319,a,1\n", "line 2: expected solving_id 1, not 'x'"),
        ("1,1,q7,a,1\n", r"line 2: question 'q7' is not in .*questions\.csv"),
        ("1,1,q2319,,1\n", "line 2: expected user_answer to be a, b, c or d, not ''"),
        (",1,q2319,a,1\n", "line 2: the time of student 'u3' is missing"),
        ("5,1,q2319,a,1\n4,1,q2320,a,1\n", "line 3: the times of student 'u3' run backwards"),
        ("5,1,q2319,a\n", "line 2: expected 5 fields, not 4"),
    ],
)
def test_broken_ednet_names_file_and_line(ednet, write, rows, message):
    write(HEAD + rows, "KT1/u3.csv")
    with pytest.raises(ValueError, match=r"u3\.csv, " + message):
        list(stream_ednet(ednet))


def test_lenient_ednet(ednet, write):
    write(HEAD + "5,7,q2319,a,1\n4,9,q2320,,1\n4,9,q2320,b,1\n", "KT1/u3.csv")
    record = next(record for record in stream_ednet(ednet, strict=False) if record.student == "u3")
    assert record.items == ["q2320", "q2319"] and record.correct == [False, True]
    assert record.dropped == 1


def test_ednet_without_its_files(tmp_path, write):
    with pytest.raises(ValueError, match=r"questions\.csv: EdNet's table of questions"):
        list(stream_ednet(tmp_path))
    write(QUESTIONS, "questions.csv")
    with pytest.raises(ValueError, match="files of students"):
        list(stream_ednet(tmp_path))
    write(QUESTIONS + "q4,b,e,x,1,5,0\n", "questions.csv")
    with pytest.raises(ValueError, match=r"questions\.csv, line 5: expected a question"):
        list(stream_ednet(tmp_path))
