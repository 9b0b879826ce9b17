from concurrent.futures import ThreadPoolExecutor

from catsex.photos.decoding.notices import say_once


def test_a_notice_is_given_once_for_each_photo_whichever_thread_reads_it(caplog, tmp_path):
    names = [tmp_path / f"{number}.jpg" for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: say_once("%s is odd", name), names * 20))
    assert sorted(caplog.messages) == [f"{name} is odd" for name in names]
    say_once("%s is odd in another way", names[0])
    assert len(caplog.messages) == 6


def test_what_differs_from_photo_to_photo_makes_no_new_notice(caplog):
    for name, number in (("a.gif", 3), ("b.gif", 4)):
        say_once("%s holds %s parts", name, "parts", number)
    assert caplog.messages == ["a.gif holds 3 parts"]


def test_a_photo_can_stand_for_all_in_its_folder(caplog):
    for name in ("here/1.jpg", "here/2.jpg", "there/1.jpg"):
        say_once("%s is like the others", name, name.partition("/")[0])
    assert caplog.messages == ["here/1.jpg is like the others", "there/1.jpg is like the others"]
