"""What our own rules must find: never run, never imported."""

import pickle


def fields(request, form, case, db, f):
    request.host
    request.headers["X-Forwarded-For"]
    request.headers.get("HX-Request")
    request.get_data()
    form.populate_obj(case)
    case.amount = request.args.get("n", type=int)
    if "²".isdigit():
        re.match(r"(a+)+", form.text)
    secure_filename(f.filename)
    response.cache_control.max_age = 60
    return redirect(request.args["next"])


def rows(session, crypto, db, words):
    app.add_url_rule("/x")
    session.permanent = True
    sqlite3.connect("x")
    column.like(words)
    text(f"select {words}")
    datetime.now()
    csv.writer(out)
    Queue("huiyin")
    render_template_string(words)
    session.commit()
    queue.enqueue("job", 1)
    with work() as session:
        crypto.hash_password(words)
        ring()
    try:
        rows()
    except ValueError as fault:
        logger.error("failed %s", fault)
