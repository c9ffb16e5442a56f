'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const hasCharts = typeof Chart !== 'undefined';

  // ---- words and numbers ----------------------------------------------------------------------
  const wholeFormat = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});
  const compactFormat = new Intl.NumberFormat('en-US', {notation: 'compact', maximumSignificantDigits: 3});
  const priceFormat = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 7});
  const minus = text => text.replace('-', '−');
  const whole = x => minus(wholeFormat.format(x));
  const compact = x => minus(Math.abs(x) < 1 ? Number(x.toPrecision(2)).toString() : compactFormat.format(x));
  const dollars = x => (x < 0 ? '−$' : '$') + compact(Math.abs(x));
  const escape = text => String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'}[c]));
  const words = name => name.replace(/_/g, ' ');
  const duration = us => us < 1000 ? `${Math.round(us)} µs` : us < 1e6 ? `${(us / 1000).toPrecision(3)} ms` : `${(us / 1e6).toPrecision(3)} s`;
  const amount = text => {
    const [head, tail] = text.split('.');
    return minus(head.replace(/\B(?=(\d{3})+(?!\d))/g, ',')) + (tail ? '.' + tail.slice(0, 6) : '');
  };
  const moment = text => text.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
  const age = s => s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
  const table = (rows, columns, none, attributes) => rows.length === 0 ? `<div class="empty">${escape(none)}</div>` :
    '<table><thead><tr>' + columns.map(c => `<th class="${c[2] || ''}">${escape(c[0])}</th>`).join('') + '</tr></thead><tbody>' +
    rows.map(r => `<tr${attributes ? attributes(r) : ''}>` + columns.map(c => `<td class="${c[2] || ''}">${c[1](r)}</td>`).join('') + '</tr>').join('') + '</tbody></table>';
  const chip = name => `<span class="chip ${name}">${words(name)}</span>`;

  // ---- charts ---------------------------------------------------------------------------------
  const bands = [['breached', 'liquidatable', '--b4'], ['within_1', 'within 1 %', '--b1'], ['within_3', 'within 3 %', '--b2'], ['within_5', 'within 5 %', '--b3']];
  const charts = {};
  const clock = ms => new Date(ms).toISOString().slice(5, 16).replace('T', ' ');
  const axes = (title, tick) => ({
    x: {grid: {display: false}, ticks: {color: css('--soft'), maxRotation: 0, autoSkipPadding: 28, font: {size: 11}}},
    y: {beginAtZero: true, stacked: title === 'stacked', grid: {color: css('--grid'), drawBorder: false}, ticks: {color: css('--soft'), callback: tick, maxTicksLimit: 6, font: {size: 11}}}});
  const line = (label, color, more) => Object.assign({label, data: [], borderColor: color, backgroundColor: color, borderWidth: 1.8, pointRadius: 0, pointHitRadius: 8, tension: 0}, more);
  const draw = (id, datasets, title, tick, legend) => {
    if (!hasCharts) { byId(id).parentElement.hidden = true; return; }
    if (charts[id]) charts[id].destroy();
    charts[id] = new Chart(byId(id), {type: 'line', data: {labels: [], datasets}, options: {
      responsive: true, maintainAspectRatio: false, animation: false, interaction: {mode: 'index', intersect: false}, scales: axes(title, tick),
      plugins: {legend: {display: legend, labels: {color: css('--soft'), boxWidth: 10, boxHeight: 10, font: {size: 12}}},
        tooltip: {callbacks: {label: item => ` ${item.dataset.label}: ${tick(item.parsed.y)}`}}}}});
  };
  const hidden = bands.map(() => false);
  const hide = () => { if (charts.bands) { hidden.forEach((h, i) => charts.bands.setDatasetVisibility(i, !h)); charts.bands.update('none'); } };
  const drawAll = () => {
    if (hasCharts) Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    draw('bands', bands.map(b => line(b[1], css(b[2]), {fill: true, borderWidth: 0, stepped: false})), 'stacked', compact, false);
    draw('water', [line('lacking to maintenance', css('--warn')), line('negative equity', css('--loss'), {fill: true, backgroundColor: css('--loss') + '22'})], '', dollars, true);
    draw('latency', [line('tick to verdict', css('--accent'), {borderWidth: 1.3})], '', duration, false);
    byId('legend').innerHTML = bands.map((b, i) => `<button type="button" aria-pressed="${!hidden[i]}">${b[1]}</button>`).join('');
    [...byId('legend').children].forEach((button, i) => {
      button.style.setProperty('--at', `var(${bands[i][2]})`);
      button.addEventListener('click', () => { hidden[i] = !hidden[i]; button.setAttribute('aria-pressed', String(!hidden[i])); hide(); });
    });
    hide();
  };
  const fill = (id, labels, columns) => {
    const chart = charts[id];
    if (!chart) return;
    chart.data.labels = labels;
    columns.forEach((column, i) => { chart.data.datasets[i].data = column; });
    chart.update('none');
  };

  // ---- the board ------------------------------------------------------------------------------
  let latest = null;
  const kpi = (name, value, more, mood) => `<div class="kpi"><div class="name">${name}</div><div class="value ${mood || ''}">${value}</div><div class="more" title="${escape(more)}">${escape(more)}</div></div>`;
  const showNumbers = b => {
    const stage = name => b.latency.find(l => l.stage === name);
    const verdict = stage('verdict'), more = b.bands.breached - b.breached_before;
    const trend = more === 0 ? 'as before the last input' : `${more > 0 ? '+' : '−'}${whole(Math.abs(more))} with the last input`;
    const reasons = b.withheld.map(w => `${words(w.withheld_because[0])}${b.withheld.length > 1 ? ` ${whole(w.pools)}` : ''}`).join(', ');
    byId('facts').innerHTML = [['at', moment(b.time)], ['accounts', whole(b.total_accounts)], ['positions', whole(b.total_positions)], ['ticks', whole(b.ticks)], ['on', b.backend]]
      .map(f => `<span>${f[0]} <b>${escape(f[1])}</b></span>`).join('');
    byId('kpis').innerHTML = [
      kpi('Liquidatable', whole(b.accounts.liquidatable), trend, b.accounts.liquidatable ? 'bad' : 'good'),
      kpi('Within 1 %', whole(b.bands.within_1), `+${whole(b.bands.within_3)} in 3 %, +${whole(b.bands.within_5)} in 5 %`, b.bands.within_1 ? 'warn' : ''),
      kpi('Reduce only', whole(b.accounts.reduce_only), 'equity < initial margin', ''),
      kpi('Equity under water', dollars(b.loss_usd), `${dollars(b.shortfall_usd)} to maintenance`, b.loss_usd > 0 ? 'bad' : 'good'),
      kpi('No verdict', whole(b.accounts.withheld), reasons || 'none is withheld', b.accounts.withheld ? 'warn' : ''),
      kpi('Tick to verdict, median', duration(verdict.p50), `p99 ${duration(verdict.p99)}, p99.9 ${duration(verdict.p999)}`, ''),
    ].join('');
    document.title = b.accounts.liquidatable ? `(${whole(b.accounts.liquidatable)}) Lockstep watch` : 'Lockstep watch';
    const notes = [];
    if (!hasCharts) notes.push('This build has no chart library, so the page shows numbers only. Install libjs-chart.js and build again.');
    if (b.refused) notes.push(`${whole(b.refused)} lines, ticks or prices were refused since the start.`);
    byId('notes').innerHTML = notes.map(n => `<div class="note">${escape(n)}</div>`).join('');
    byId('latency-lead').textContent = `${whole(b.sets_checked)} netting sets checked by the rule in ${whole(b.ticks)} ticks, ${whole(b.positions_bounded)} moved positions weighed against a bound. From the line that brought the tick to the last verdict; the bands are computed after it.`;
    byId('stages').innerHTML = table(b.latency, [['stage', l => escape(l.stage), 'text'], ['p50', l => duration(l.p50)], ['p99', l => duration(l.p99)], ['p99.9', l => duration(l.p999)], ['longest', l => duration(l.max)]], '');
    byId('foot').textContent = `Preset ${b.preset}; ${whole(b.instruments)} instruments, ${whole(b.total_sets)} netting sets. Metrics at /metrics, any account at /accounts/NAME.`;
  };
  const showFeeds = b => {
    const states = ['live', 'stale', 'expired', 'quarantined'];
    byId('feeds').innerHTML = b.feeds.map(f => {
      const change = f.index_first ? 100 * (f.index / f.index_first - 1) : 0, all = states.reduce((n, s) => n + f[s], 0);
      const bad = states.slice(1).filter(s => f[s]).map(s => `${whole(f[s])} ${s}`).join(', ');
      return `<div class="feed"><div class="row"><b>${escape(f.underlying)}</b><span class="price">${f.index === null ? '—' : priceFormat.format(f.index)}</span>` +
        `<small class="${change < -0.005 ? 'bad' : ''}">${minus((change > 0 ? '+' : '') + change.toFixed(2))} %</small></div>` +
        `<div class="health">${states.map(s => f[s] ? `<i class="${s}" data-grow="${f[s]}"></i>` : '').join('')}</div>` +
        `<div class="row"><small>${bad ? escape(bad) : `all ${whole(all)} live`}</small><small>index ${age(f.age_s)} old</small></div></div>`;
    }).join('');
    byId('feeds').querySelectorAll('[data-grow]').forEach(i => { i.style.flexGrow = i.dataset.grow; });
  };
  const moves = w => w.verdict === 'liquidatable' ? 'now' : [w.fall_percent === undefined ? '' : `−${w.fall_percent.toFixed(2)} %`, w.rise_percent === undefined ? '' : `+${w.rise_percent.toFixed(2)} %`].filter(x => x).join(' / ') || 'beyond the ladder';
  const showWorst = b => {
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.account : undefined;
    byId('worst').innerHTML = table(b.worst, [
      ['account', w => `${escape(w.account)}<span class="small ${w.verdict}">${escape(w.asset)}, ${words(w.verdict)}</span>`, 'text'], ['', w => chip(w.verdict), 'text optional'], ['in', w => escape(w.asset), 'text optional'], ['liquidated by a move of', w => moves(w)],
      ['equity', w => dollars(w.equity_usd)], ['maintenance', w => dollars(w.maintenance_usd), 'optional'], ['lacking', w => w.maintenance_usd > w.equity_usd ? `<b class="bad">${dollars(w.maintenance_usd - w.equity_usd)}</b>` : '—'],
      ['initial', w => dollars(w.initial_usd), 'optional'], ['positions', w => whole(w.positions), 'optional']], 'Nobody has a requirement.',
      w => ` data-account="${escape(w.account)}" tabindex="0"`);
    if (focused) { const row = byId('worst').querySelector(`[data-account="${CSS.escape(focused)}"]`); if (row) row.focus(); }
  };
  const show = b => {
    latest = b;
    showNumbers(b); showFeeds(b); showWorst(b);
    const h = b.history, labels = h.time.map(clock);
    fill('bands', labels, bands.map(x => h[x[0]]));
    fill('water', labels, [h.shortfall_usd, h.loss_usd]);
    fill('latency', labels, [h.verdict_us]);
  };

  // ---- why ------------------------------------------------------------------------------------
  const part = (name, value) => `<div><small>${escape(name)}</small><b>${value}</b></div>`;
  const losses = set => {
    const gains = set.scenarios.map(s => Number(s.dampened === undefined ? s.gain : s.dampened)), most = Math.max(...gains.map(Math.abs), 1e-30);
    return '<div class="losses">' + set.scenarios.map((s, i) => `<div class="${s.id === set.requirement.worst_scenario ? 'worst' : ''}" title="${escape(s.what)}"><span>${escape(s.what)}</span>` +
      `<i data-width="${(100 * Math.abs(gains[i]) / most).toFixed(1)}" class="${gains[i] < 0 ? 'lost' : 'won'}"></i><b>${amount(s.dampened === undefined ? s.gain : s.dampened)}</b></div>`).join('') + '</div>';
  };
  const setText = set => {
    const r = set.requirement, worst = set.scenarios[r.worst_scenario];
    return `<h3>${escape(set.book)}, index ${amount(set.index)}</h3><div class="scroll">` +
      table(set.positions, [['instrument', p => escape(p.instrument), 'text'], ['quantity', p => amount(p.quantity)], ['forward', p => priceFormat.format(p.forward)], ['vol', p => p.vol === undefined ? '' : `${(100 * p.vol).toFixed(1)} %`],
        ['value each', p => amount(p.value_each)], ['delta each', p => amount(p.delta_each)], ['feed', p => `${escape(p.feed)}`], ['quoted', p => moment(p.quoted)]], '') + '</div>' +
      `<div class="sum">${part('worst loss' + (worst ? `, ${worst.what}` : ''), amount(r.worst_loss))}${part('+ roll shock', amount(r.roll_shock))}${part('+ delta shock', amount(r.delta_shock))}${part('= initial margin', amount(r.initial_margin))}${part(`× ${r.maintenance_share} = maintenance`, amount(r.maintenance_margin))}</div>` +
      `<details><summary>Gain in every scenario</summary>${losses(set)}</details>`;
  };
  const explain = async name => {
    history.replaceState(null, '', '#' + encodeURIComponent(name));
    byId('why-title').textContent = name;
    byId('why-body').innerHTML = '<div class="empty">asking</div>';
    byId('why').showModal();
    try {
      const answer = await fetch('/accounts/' + encodeURIComponent(name));
      if (answer.status === 404) { byId('why-body').innerHTML = '<div class="empty">There is no such account.</div>'; return; }
      const why = await answer.json();
      byId('why-body').innerHTML = why.pools.map(p => `<h3>${escape(p.asset)} ${chip(p.verdict)}</h3>` +
        (p.withheld_because ? `<p class="lead">No verdict: ${p.withheld_because.map(words).join(', ')}. The amounts are at the last good prices.</p>` : '') +
        `<div class="sum">${part('cash', amount(p.cash))}${part('+ entry', amount(p.entry))}${part('+ value of positions', amount(p.value))}${part('= equity', amount(p.equity))}${part('initial margin', amount(p.initial_margin))}${part('maintenance margin', amount(p.maintenance_margin))}</div>` +
        [['fall', p.fall], ['rise', p.rise]].filter(x => x[1] && p.verdict !== 'liquidatable').map(x => `<p class="lead">Liquidated by a ${x[0]} of ${Math.abs(x[1].move_percent)} %: ${Object.entries(x[1].index_at_liquidation).map(e => `${escape(e[0])} at ${priceFormat.format(e[1])}`).join(', ')}.</p>`).join('') +
        p.netting_sets.map(setText).join('')).join('') || '<div class="empty">This account holds nothing.</div>';
      byId('why-body').querySelectorAll('[data-width]').forEach(i => { i.style.width = i.dataset.width + '%'; i.style.background = i.className === 'lost' ? 'var(--loss)' : 'var(--gain)'; });
    } catch (error) { byId('why-body').innerHTML = '<div class="empty">The watch did not answer.</div>'; }
  };
  const chosen = event => event.target.closest('[data-account]');
  byId('worst').addEventListener('click', event => { const row = chosen(event); if (row) explain(row.dataset.account); });
  byId('worst').addEventListener('keydown', event => { const row = chosen(event); if (row && event.key === 'Enter') explain(row.dataset.account); });
  byId('why').addEventListener('close', () => history.replaceState(null, '', location.pathname));
  byId('why-close').addEventListener('click', () => byId('why').close());
  byId('why').addEventListener('click', event => { if (event.target === byId('why')) byId('why').close(); });

  // ---- the line -------------------------------------------------------------------------------
  const silentAfter = 10;  // seconds
  const retryAfter = 2000;  // milliseconds
  const say = (mood, text) => { byId('state').className = 'state ' + mood; byId('state').lastElementChild.textContent = text; };
  let ended = false;  // as it said itself; it may be started again
  const connect = () => {
    const events = new EventSource('/events');
    let heard = Date.now();  // of a tick or a command, or when the line opened
    const live = () => {
      heard = Date.now();
      ended = false;
      if (latest && latest.input_ended) say('quiet', 'the input has ended'); else say('live', 'live');
    };
    const watching = setInterval(() => {
      const silent = (Date.now() - heard) / 1000;
      if (events.readyState === EventSource.OPEN && silent > silentAfter && !(latest && latest.input_ended)) say('quiet', `no tick for ${age(silent)}`);
    }, 1000);
    events.onopen = live;
    events.onmessage = event => { show(JSON.parse(event.data)); live(); };
    events.addEventListener('ended', () => { ended = true; say('lost', 'the watch has ended'); });
    events.onerror = async () => {
      if (!ended) say('lost', 'connection lost, trying again');
      if (events.readyState !== EventSource.CLOSED) return;
      clearInterval(watching);  // a browser gives up for good when it is refused a place
      setTimeout(connect, retryAfter);
      if (await fetch('/bands').then(answer => answer.ok, () => false)) say('lost', 'too many pages are open, trying again');
    };
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { drawAll(); if (latest) show(latest); });
  drawAll();
  connect();
  if (location.hash.length > 1) explain(decodeURIComponent(location.hash.slice(1)));
})();
