/// The page's style sheet and its little script; both are inside the page, which loads nothing.
enum PageStyle {
    /// Colours by role, light and dark, and the rest.
    static var sheet: String {
        let light = Ink.allCases.map { "--\($0.rawValue):\($0.light)" }.joined(separator: ";")
        let dark = Ink.allCases.map { "--\($0.rawValue):\($0.dark)" }.joined(separator: ";")
        let fills = Ink.allCases.map { ".f\($0.rawValue){fill:var(--\($0.rawValue))}" }.joined()
        let lines = Ink.allCases.map { ".l\($0.rawValue){stroke:var(--\($0.rawValue))}" }.joined()
        return ":root{color-scheme:light dark;\(light)}"
            + "@media screen and (prefers-color-scheme:dark){:root{\(dark)}}"
            + fills + lines + rest
    }

    private static let rest = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--w);color:var(--t);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:848px;margin:0 auto;padding:40px 24px 72px}
        h1{font-size:27px;line-height:1.25;letter-spacing:-.012em;font-weight:620;margin:6px 0 8px;text-wrap:balance}
        h2{font-size:20px;line-height:1.3;font-weight:620;letter-spacing:-.006em;margin:52px 0 10px;padding-top:14px;border-top:1px solid var(--t)}
        h3{font-size:16px;font-weight:620;margin:32px 0 8px}
        h4{font-size:15px;font-weight:620;margin:0}
        p{margin:0 0 10px}
        a{color:var(--1);text-underline-offset:2px;text-decoration-thickness:1px}
        a,dd,td,h1,p,li,summary,code{overflow-wrap:anywhere}
        .kicker{color:var(--m);font-size:13px;margin:0}
        .sub{color:var(--m);font-size:14px;margin:0 0 18px}
        .grade{display:inline-block;font-size:12px;font-weight:700;letter-spacing:.06em;line-height:1;padding:5px 8px 4px;border:1.5px solid;border-radius:3px;white-space:nowrap}
        .pass{color:var(--p)}.borderline{color:var(--d)}.fail{color:var(--b)}.inconclusive{color:var(--u)}.none{color:var(--m)}
        header .grade{margin-top:16px}
        summary .grade,td .grade{font-size:10.5px;padding:3px 5px 2px;border-width:1px;margin-right:6px}
        table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4}
        th,td{text-align:left;padding:5px 14px 5px 0;vertical-align:baseline;border-bottom:1px solid var(--g)}
        td{overflow-wrap:normal}
        th{font-weight:500;color:var(--m);border-bottom-color:var(--a);white-space:nowrap}
        th:last-child,td:last-child{padding-right:0}
        .n{text-align:right;white-space:nowrap}
        td.in{padding-left:14px;color:var(--m)}
        tr.part td{border-bottom-style:dotted}
        .group{padding-top:14px;font-weight:620;color:var(--t);border-bottom-color:var(--x)}
        details.more{margin:18px 0}
        .scroll{overflow-x:auto;margin:0 0 8px}
        .checks td:first-child{white-space:nowrap}
        .why{color:var(--m);font-size:13px;display:block}
        dl{margin:14px 0;font-size:14px}
        dl>div{display:grid;grid-template-columns:108px 1fr;gap:0 14px;padding:3px 0}
        dt{color:var(--m)}
        dd{margin:0}
        figure{margin:30px 0 34px;break-inside:avoid}
        figcaption{margin-bottom:10px}
        figcaption p{color:var(--m);font-size:13px;margin:1px 0 0;max-width:72ch}
        .chart{display:block;max-width:100%;height:auto;overflow:visible}
        .narrow{display:none}
        .halo{stroke:var(--w)}
        .pt{fill:transparent}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:0 24px}
        .multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(126px,1fr));gap:16px 18px}
        .multiples div{min-width:0;font-size:12px;line-height:1.35;break-inside:avoid}
        .multiples b{display:block;font-weight:560;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .multiples span{color:var(--m);display:block;margin-bottom:3px}
        .strip{display:block;width:100%;height:auto}
        .data{margin-top:8px;font-size:13px}
        .data summary,details.more>summary{color:var(--m);cursor:pointer;font-size:13px;width:fit-content}
        .data[open] .scroll{max-height:340px;overflow:auto}
        .take{margin:6px 0}
        button{font:inherit;color:var(--1);background:none;border:0;padding:0;text-decoration:underline;text-underline-offset:2px;cursor:pointer;margin-left:12px}
        code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        .notes{list-style:none;margin:14px 0;padding:0;font-size:14px}
        .notes li{padding:5px 0 5px 13px;border-left:3px solid var(--x);margin-bottom:7px}
        .notes li.contaminated{border-left-color:var(--b)}.notes li.caution{border-left-color:var(--d)}
        .notes b{font-weight:620}
        .hint{color:var(--m);display:block}
        details.record{border-top:1px solid var(--x)}
        details.record>summary{cursor:pointer;padding:10px 0;font-size:15px}
        details.record>summary::marker{color:var(--a)}
        details.record>.body{padding:2px 0 26px}
        .overview td:first-child{min-width:12em}
        .matrix .unsafe{color:var(--m);background:none}
        .matrix{width:auto}
        .matrix td,.matrix th{padding:6px 10px;border:2px solid var(--w)}
        .matrix td{text-align:right;white-space:nowrap}
        .matrix th[scope=row]{text-align:left;color:var(--t);padding-left:0}
        .matrix thead th{text-align:right;border-bottom-color:var(--w)}
        .matrix td.m0{background:color-mix(in srgb,var(--3) 30%,var(--w))}
        .matrix td.m1{background:color-mix(in srgb,var(--3) 13%,var(--w))}
        .matrix td.m2{background:color-mix(in srgb,var(--2) 7%,var(--w))}
        .matrix td.m3{background:color-mix(in srgb,var(--2) 20%,var(--w))}
        .matrix td.m4{background:color-mix(in srgb,var(--2) 36%,var(--w))}
        .matrix a{color:inherit;text-decoration:none;font-weight:560}.matrix a:hover{text-decoration:underline}
        .matrix small{display:block;opacity:.8;font-size:11.5px}
        .method{font-size:14px;max-width:74ch}
        .method p{margin-bottom:9px}
        footer{margin-top:44px;color:var(--m);font-size:13px;border-top:1px solid var(--g);padding-top:12px}
        #tip{position:fixed;z-index:9;pointer-events:none;background:var(--t);color:var(--w);font-size:12.5px;line-height:1.35;padding:5px 8px;border-radius:3px;max-width:300px}
        @media (max-width:640px){
        body{font-size:15px}main{padding:22px 16px 48px}h1{font-size:22px}
        .wide{display:none}.narrow{display:block}td:first-child{min-width:8.5em}.checks td:first-child,.matrix td:first-child{min-width:0}.pair{grid-template-columns:1fr}
        dl>div{grid-template-columns:1fr;padding:5px 0}
        }
        @media print{
        @page{margin:16mm 14mm}
        body{font-size:10.5pt}main{max-width:none;padding:0}.data,.take{display:none}
        h2,h3,h4,figcaption,summary{break-after:avoid}tr,li{break-inside:avoid}a{color:inherit;text-decoration:none}
        .chart{max-height:230mm}.wide{display:block}.narrow{display:none}.scroll{overflow:visible}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        }
        """

    /// Read-outs under the pointer, copying, and what a print needs; without it all is there, too.
    static let script = """
        (function(){'use strict';
        var tip=document.createElement('div');tip.id='tip';tip.hidden=true;document.body.appendChild(tip);
        document.querySelectorAll('.pt').forEach(function(p){var t=p.querySelector('title');if(t){p.setAttribute('data-t',t.textContent);t.remove();}});
        document.addEventListener('pointermove',function(e){var p=e.target.closest?e.target.closest('.pt'):null;
        if(!p){tip.hidden=true;return;}tip.textContent=p.getAttribute('data-t');tip.hidden=false;
        var w=tip.offsetWidth,h=tip.offsetHeight,x=e.clientX+14,y=e.clientY-h-10;
        if(x+w>innerWidth-6)x=e.clientX-w-14;if(y<4)y=e.clientY+16;tip.style.left=Math.max(4,x)+'px';tip.style.top=y+'px';});
        document.querySelectorAll('button.copy').forEach(function(b){b.hidden=false;b.addEventListener('click',function(){
        var a=b.parentNode.querySelector('a'),s=decodeURIComponent(a.getAttribute('href').split(',').slice(1).join(','));
        function said(ok){b.textContent=ok?'Copied':'Copying is not allowed here';setTimeout(function(){b.textContent='Copy as CSV';},1600);}
        function old(){var t=document.createElement('textarea');t.value=s;document.body.appendChild(t);t.select();var ok=document.execCommand('copy');t.remove();said(ok);}
        if(navigator.clipboard)navigator.clipboard.writeText(s).then(function(){said(true);},old);else old();});});
        function open(){var d=location.hash&&document.getElementById(location.hash.slice(1));if(d&&d.tagName==='DETAILS')d.open=true;}
        addEventListener('hashchange',open);open();
        addEventListener('beforeprint',function(){document.querySelectorAll('details.record,details.more').forEach(function(d){d.open=true;});});
        })();
        """
}
